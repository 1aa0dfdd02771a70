package io.gatun.containerizer.image.registry;

import io.gatun.containerizer.image.spec.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * GET and POST with what registries need: bounded repetition, and redirects to blob stores that are not shown the
 * Authorization of the registry. Any thread.
 */
final class Transport implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    private static final int MAX_REDIRECTS = 5;
    private static final int PAUSE_FACTOR_MAX = 30;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final String AUTHORIZATION = "Authorization";

    private final RegistrySettings settings;
    private final HttpClient client;

    Transport(RegistrySettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /**
     * A request.
     *
     * @param headers without Authorization
     * @param authorization shown to the server of {@code url} only
     * @param form POSTed if present, in place of a GET
     */
    record Request(URI url, Map<String, String> headers, Optional<String> authorization, Optional<String> form) {}

    /**
     * Sends a request, again when the failure may pass, and follows redirects.
     *
     * @return the answer, whatever its status but a redirect; its body is the caller's to close
     * @throws ImageException when a redirect leads to plain HTTP that nobody allowed, or never ends
     */
    HttpResponse<InputStream> send(Request request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            boolean last = attempt >= settings.maxTries();
            try {
                HttpResponse<InputStream> response = follow(request);
                if (last || !mayPass(response.statusCode())) {
                    return response;
                }
                response.body().close();
                LOG.info(
                        "{}: status {}, try {} of {}",
                        shown(request.url()),
                        response.statusCode(),
                        attempt,
                        settings.maxTries());
                pause(attempt, response.headers().firstValue("Retry-After"));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (last) {
                    throw new IOException(shown(request.url()) + ": " + text(e) + ", after " + attempt + " tries", e);
                }
                LOG.info("{}: {}, try {} of {}", shown(request.url()), text(e), attempt, settings.maxTries());
                pause(attempt, Optional.empty());
            }
        }
    }

    private HttpResponse<InputStream> follow(Request request) throws IOException {
        URI url = request.url();
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            if (!settings.allows(url)) {
                throw new ImageException(
                        shown(url) + ": plain HTTP: must be https, or the host in --docker_plain_http_registries");
            }
            boolean same = RegistrySettings.sameServer(url, request.url());
            HttpResponse<InputStream> response = once(request, url, same);
            Optional<String> location = response.headers().firstValue("Location");
            if (!REDIRECTS.contains(response.statusCode()) || location.isEmpty()) {
                return response;
            }
            response.body().close();
            url = resolved(url, location.get());
        }
        throw new ImageException(shown(request.url()) + ": more than " + MAX_REDIRECTS + " redirects");
    }

    private static URI resolved(URI base, String location) {
        try {
            URI target = base.resolve(location);
            if (target.getHost() != null) {
                return target;
            }
        } catch (IllegalArgumentException e) {
            // Said below, without the location: it may carry a signature.
        }
        throw new ImageException(shown(base) + ": redirects to what is no URL");
    }

    private HttpResponse<InputStream> once(Request request, URI url, boolean authorized) throws IOException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(url).timeout(ANSWER_TIMEOUT);
        request.headers().forEach(builder::header);
        if (authorized) {
            request.authorization().ifPresent(value -> builder.header(AUTHORIZATION, value));
            request.form()
                    .ifPresent(form -> builder.header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form)));
        }
        try {
            return client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void pause(int attempt, Optional<String> retryAfter) throws IOException {
        long first = settings.firstPause().toMillis();
        long most = first * PAUSE_FACTOR_MAX;
        long pause = Math.min(first << Math.min(attempt - 1, 10), most);
        // Without chance, agents that failed together come back together.
        pause = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        if (retryAfter.isPresent() && retryAfter.get().matches("\\d{1,6}")) {
            pause = Math.min(Long.parseLong(retryAfter.get()) * 1000, Math.max(most, pause));
        }
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException e = new InterruptedIOException("interrupted");
        e.initCause(cause);
        return e;
    }

    private static String text(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** Whether a status is that of a failure which may be over when one asks again. */
    static boolean mayPass(int status) {
        return PASSING.contains(status);
    }

    /** A URL for messages: without the query, in which blob stores carry signatures. */
    static String shown(URI url) {
        return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
