package io.gatun.mesos.client;

import com.google.protobuf.Message;
import io.gatun.mesos.codec.MediaType;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Single calls: one POST, one answer. Thread-safe; there is nothing to close. */
public final class CallClient {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final Duration timeout;

    /** Waits at most 30 s for an answer. */
    public CallClient() {
        this(DEFAULT_TIMEOUT);
    }

    /** Waits at most {@code timeout} for an answer. */
    public CallClient(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Posts {@code call}. Redirects are not followed: {@link CallResult#location()} tells where to.
     *
     * @param streamId the {@code Mesos-Stream-Id} that the call belongs to
     * @return fails with an {@link java.io.IOException} if there is no answer
     */
    public CompletableFuture<CallResult> post(URI endpoint, MediaType type, Message call, Optional<String> streamId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(timeout)
                .header("Content-Type", type.header())
                .header("Accept", type.header())
                .POST(BodyPublishers.ofByteArray(type.encode(call)));
        streamId.ifPresent(id -> request.header("Mesos-Stream-Id", id));
        return HttpClients.shared()
                .sendAsync(request.build(), BodyHandlers.ofByteArray())
                .thenApply(response -> new CallResult(
                        response.statusCode(),
                        response.body(),
                        response.headers().firstValue("Location").orElse(null)));
    }
}
