package io.gatun.agent;

import io.gatun.agent.store.Account;
import io.gatun.mesos.v1.CommandInfo.URI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Fetches URIs into a sandbox, one after the other, as Mesos' fetcher does (docs/fetcher.md): files of this host by absolute
 * path or {@code file:}, and http(s), redirects included. Archives are not extracted yet and nothing is cached: a URI that
 * asks for either is refused rather than half done.
 */
final class UriDownloads implements UriFetcher {
    /** Names that Mesos would extract. */
    private static final Pattern ARCHIVE =
            Pattern.compile(".*\\.(tar|tgz|tar\\.gz|tbz2|tar\\.bz2|txz|tar\\.xz|gz|zip)", Pattern.CASE_INSENSITIVE);

    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
    /** Mesos bounds the time without progress instead (--fetcher_stall_timeout); the JDK's client bounds the whole. */
    private static final Duration DOWNLOAD_MAX = Duration.ofMinutes(10);

    private static final int HTTP_OK = 200;

    @Override
    public void fetch(List<URI> uris, Path sandbox, Optional<Account> owner) {
        if (uris.isEmpty()) {
            return;
        }
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_MAX)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            for (URI uri : uris) {
                fetch(client, uri, sandbox, owner);
            }
        }
    }

    private static void fetch(HttpClient client, URI uri, Path sandbox, Optional<Account> owner) {
        String value = uri.getValue();
        Path target = sandbox.resolve(name(uri));
        if (!target.normalize().startsWith(sandbox) || target.normalize().equals(sandbox)) {
            throw problem(value, "output_file=" + uri.getOutputFile() + " leads out of the sandbox");
        }
        if (uri.getExtract()
                && !uri.getExecutable()
                && ARCHIVE.matcher(target.toString()).matches()) {
            throw problem(value, "archives are not extracted yet; set extract to false to keep it as it is");
        }
        try {
            Files.createDirectories(target.getParent());
            copy(client, value, target, owner);
            if (uri.getExecutable()) {
                Set<PosixFilePermission> mode = Files.getPosixFilePermissions(target, LinkOption.NOFOLLOW_LINKS);
                mode.addAll(Set.of(
                        PosixFilePermission.OWNER_EXECUTE,
                        PosixFilePermission.GROUP_EXECUTE,
                        PosixFilePermission.OTHERS_EXECUTE));
                Files.setPosixFilePermissions(target, mode);
            }
            for (Path made = target; owner.isPresent() && !made.equals(sandbox); made = made.getParent()) {
                Files.setAttribute(made, "unix:gid", owner.get().gid(), LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(made, "unix:uid", owner.get().uid(), LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("fetch " + value + ": " + e, e);
        }
    }

    private static void copy(HttpClient client, String value, Path target, Optional<Account> owner) throws IOException {
        String lower = value.toLowerCase(Locale.ROOT);
        if (value.startsWith("/")) {
            copy(Path.of(value), value, target, owner);
        } else if (lower.startsWith("file:/")) {
            copy(Path.of(java.net.URI.create(value)), value, target, owner);
        } else if (lower.startsWith("http://") || lower.startsWith("https://")) {
            download(client, value, target);
        } else {
            throw problem(value, "must be an absolute path, file:, http: or https:");
        }
    }

    private static void copy(Path source, String value, Path target, Optional<Account> owner) throws IOException {
        // We read as the agent's user: for another user's task that would be a way to any file of the host.
        if (owner.isPresent()) {
            throw problem(value, "files of the host are fetched only for tasks that run as the agent's user");
        }
        if (!Files.isRegularFile(source)) {
            throw problem(value, "is not a regular file");
        }
        Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void download(HttpClient client, String value, Path target) throws IOException {
        try {
            HttpResponse<Path> response = client.send(
                    HttpRequest.newBuilder(java.net.URI.create(value))
                            .timeout(DOWNLOAD_MAX)
                            .build(),
                    HttpResponse.BodyHandlers.ofFile(target));
            if (response.statusCode() != HTTP_OK) {
                throw problem(value, "HTTP status " + response.statusCode());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw problem(value, "interrupted");
        }
    }

    /** The output file, else the last part of the path without query. */
    static String name(URI uri) {
        if (!uri.getOutputFile().isEmpty()) {
            return uri.getOutputFile();
        }
        String path = uri.getValue().replaceFirst("[?#].*$", "");
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.isEmpty() || ".".equals(name) || "..".equals(name)) {
            throw problem(uri.getValue(), "names no file");
        }
        return name;
    }

    private static IllegalArgumentException problem(String uri, String why) {
        return new IllegalArgumentException("fetch " + uri + ": " + why);
    }
}
