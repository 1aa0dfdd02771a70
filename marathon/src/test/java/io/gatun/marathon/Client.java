package io.gatun.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Predicate;

/** Speaks to the API as a user does. */
final class Client {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long WAIT_MS = 60_000;

    private final String base;

    Client(int port) {
        base = "http://127.0.0.1:" + port;
    }

    record Reply(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        JsonNode json() {
            return Samples.exactJson(response.body());
        }
    }

    Reply send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofMillis(WAIT_MS))
                .method(method, BodyPublishers.ofString(body.replace('\'', '"')));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Reply(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    JsonNode get(String path) {
        Reply reply = send("GET", path, "");
        if (reply.status() != 200) {
            throw new AssertionError("GET " + path + ": " + reply.status() + " "
                    + reply.response().body());
        }
        return reply.json();
    }

    void awaitNoDeployments() {
        await("/v2/deployments", JsonNode::isEmpty);
    }

    /** Waits until somebody leads who has read the state. */
    void awaitServed() {
        long deadlineNs = System.nanoTime() + Duration.ofMillis(WAIT_MS).toNanos();
        while (send("GET", "/v2/apps", "").status() != 200) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("nobody leads");
            }
            Thread.onSpinWait();
        }
    }

    /** Waits until nobody listens any more. */
    void awaitRefused() {
        long deadlineNs = System.nanoTime() + Duration.ofMillis(WAIT_MS).toNanos();
        while (true) {
            try {
                send("GET", "/ping", "");
            } catch (AssertionError e) {
                if (e.getCause() instanceof ConnectException) {
                    return;
                }
            }
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("somebody still answers");
            }
            Thread.onSpinWait();
        }
    }

    JsonNode await(String path, Predicate<JsonNode> condition) {
        long deadlineNs = System.nanoTime() + Duration.ofMillis(WAIT_MS).toNanos();
        JsonNode last = get(path);
        while (!condition.test(last)) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("GET " + path + " stays " + last);
            }
            Thread.onSpinWait();
            last = get(path);
        }
        return last;
    }
}
