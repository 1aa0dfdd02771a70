package io.gatun.containerizer.image.registry;

import io.gatun.containerizer.image.spec.Descriptor;
import io.gatun.containerizer.image.spec.Documents;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import io.gatun.containerizer.image.spec.MediaTypes;
import io.gatun.containerizer.image.spec.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An image in a registry or its mirrors; OCI distribution specification, "Pull". A mirror that cannot give a part is
 * passed over for that part: what it gives is verified by digest like everybody's.
 */
public final class RegistryImage implements ImageSource {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryImage.class);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-.*");

    private final Reference reference;
    private final RegistrySettings settings;
    private final DockerConfig credentials;
    private final Transport transport;
    private final Tokens tokens;
    /** Authorization by endpoint; what a 401 answers is fetched anew, so an expired token costs one request. */
    private final Map<URI, String> authorizations = new ConcurrentHashMap<>();

    public RegistryImage(Reference reference, RegistrySettings settings, DockerConfig credentials) {
        this.reference = reference;
        this.settings = settings;
        this.credentials = credentials;
        this.transport = new Transport(settings);
        this.tokens = new Tokens(transport);
    }

    @Override
    public String name() {
        return settings.endpoints(reference).stream()
                .map(url -> url.getRawAuthority())
                .reduce((a, b) -> a + ", " + b)
                .orElseThrow();
    }

    @Override
    public Content root() throws IOException {
        return content(reference.target());
    }

    @Override
    public Content document(Descriptor descriptor) throws IOException {
        return content(descriptor.digest().toString());
    }

    private Content content(String target) throws IOException {
        Map<String, String> headers = Map.of("Accept", String.join(", ", MediaTypes.ACCEPTED));
        HttpResponse<InputStream> response = get("manifests/" + target, headers);
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(Documents.MAX_BYTES + 1);
            if (bytes.length > Documents.MAX_BYTES) {
                throw new ImageException("manifest " + target + ": is larger than " + Documents.MAX_BYTES + " bytes");
            }
            String type = response.headers().firstValue("Content-Type").orElse("");
            return new Content(type.split(";", 2)[0].strip(), bytes);
        }
    }

    @Override
    public Blob blob(Descriptor descriptor, long offset) throws IOException {
        Map<String, String> headers = offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
        HttpResponse<InputStream> response = get("blobs/" + descriptor.digest(), headers);
        long start = 0;
        if (response.statusCode() == 206) {
            Matcher range = CONTENT_RANGE.matcher(
                    response.headers().firstValue("Content-Range").orElse(""));
            if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
                response.body().close();
                throw new IOException("blob " + descriptor.digest() + ": the server answers another range than asked");
            }
            start = offset;
        }
        return new Blob(new StallGuard(response.body(), settings.stallTimeout()), start);
    }

    /** Asks one endpoint after the other; the last one's failure is thrown, with those before it as suppressed. */
    private HttpResponse<InputStream> get(String path, Map<String, String> headers) throws IOException {
        List<Exception> failures = new ArrayList<>();
        for (URI endpoint : settings.endpoints(reference)) {
            try {
                return authorized(endpoint, path, headers);
            } catch (java.io.InterruptedIOException e) {
                throw e;
            } catch (IOException | ImageException e) {
                failures.add(e);
                LOG.info("{}: {} is not to be had: {}", endpoint.getRawAuthority(), reference, e.getMessage());
            }
        }
        Exception last = failures.removeLast();
        failures.forEach(last::addSuppressed);
        if (last instanceof IOException e) {
            throw e;
        }
        throw (ImageException) last;
    }

    private HttpResponse<InputStream> authorized(URI endpoint, String path, Map<String, String> headers)
            throws IOException {
        URI url = URI.create(base(endpoint) + "/v2/" + reference.repository() + "/" + path);
        HttpResponse<InputStream> response = send(url, headers, Optional.ofNullable(authorizations.get(endpoint)));
        if (response.statusCode() == 401) {
            Optional<String> answer = answer(endpoint, response);
            if (answer.isPresent()) {
                response.body().close();
                authorizations.put(endpoint, answer.get());
                response = send(url, headers, answer);
            }
        }
        int status = response.statusCode();
        if (status == 200 || status == 206) {
            return response;
        }
        response.body().close();
        String failure = Transport.shown(url) + ": " + meaning(status, endpoint);
        if (Transport.mayPass(status)) {
            // What has come so far is kept for the next time.
            throw new IOException(failure);
        }
        throw new ImageException("image " + reference + ": " + failure);
    }

    private HttpResponse<InputStream> send(URI url, Map<String, String> headers, Optional<String> authorization)
            throws IOException {
        Map<String, String> all = new HashMap<>(headers);
        all.put("User-Agent", "gatun");
        return transport.send(new Transport.Request(url, all, authorization, Optional.empty()));
    }

    private Optional<String> answer(URI endpoint, HttpResponse<InputStream> response) throws IOException {
        Optional<Challenge> challenge = Challenge.choose(response.headers().allValues("WWW-Authenticate"));
        if (challenge.isEmpty()) {
            return Optional.empty();
        }
        String scope = "repository:" + reference.repository() + ":pull";
        return tokens.answer(endpoint, challenge.get(), credentialsOf(endpoint), scope);
    }

    private Credentials credentialsOf(URI endpoint) {
        return credentials.of(endpoint.getRawAuthority());
    }

    private String meaning(int status, URI endpoint) {
        return "status " + status
                + switch (status) {
                    case 401, 403 -> " (" + who(endpoint) + " may not pull it, or it does not exist)";
                    case 404 -> " (no such image or part)";
                    case 429 -> " (too many requests)";
                    default -> "";
                };
    }

    private String who(URI endpoint) {
        return credentialsOf(endpoint) instanceof Credentials.Anonymous
                ? "who has no credentials"
                : "who has this " + credentialsOf(endpoint);
    }

    private static String base(URI endpoint) {
        String text = endpoint.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void close() {
        transport.close();
    }
}
