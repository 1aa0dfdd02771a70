package io.gatun.containerizer.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.MediaTypes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry that does what real ones do on bad days. */
public final class FakeRegistry implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private volatile Fault fault = exchange -> false;

    /** Answers in place of the registry. */
    public interface Fault {
        /** Whether it has answered. */
        boolean answer(HttpExchange exchange) throws IOException;
    }

    public FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    public URI url() {
        return URI.create("http://" + host());
    }

    public void fault(Fault next) {
        fault = next;
    }

    /** Serves a blob of {@code repository}. */
    public void blob(String repository, byte[] bytes) {
        content.put("/v2/" + repository + "/blobs/" + Digest.of(bytes), bytes);
    }

    /** Serves a manifest by tag and by digest. */
    public void manifest(String repository, String tag, byte[] bytes) {
        content.put("/v2/" + repository + "/manifests/" + tag, bytes);
        content.put("/v2/" + repository + "/manifests/" + Digest.of(bytes), bytes);
    }

    /** Method, path, Range and kind of Authorization of all requests so far. */
    public List<String> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    public long requests(String part) {
        return requests().stream().filter(line -> line.contains(part)).count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + header(exchange, "Range").orElse("-") + " "
                    + header(exchange, "Authorization").orElse("-"));
            if (!fault.answer(exchange)) {
                answer(exchange);
            }
        }
    }

    public static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** The bytes of the path that is asked for; null when there are none. */
    public byte[] bytes(HttpExchange exchange) {
        return content.get(exchange.getRequestURI().getPath());
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] bytes = bytes(exchange);
        if (bytes == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        if (exchange.getRequestURI().getPath().contains("/manifests/")) {
            exchange.getResponseHeaders().set("Content-Type", MediaTypes.OCI_MANIFEST);
        }
        Optional<String> range = header(exchange, "Range");
        int from = range.map(text -> Integer.parseInt(text.replaceAll("bytes=(\\d+)-", "$1")))
                .orElse(0);
        if (range.isPresent()) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(range.isPresent() ? 206 : 200, bytes.length - from);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes, from, bytes.length - from);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
