package io.gatun.agent;

import io.gatun.mesos.client.CallClient;
import io.gatun.mesos.client.CallResult;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.link.AgentCall;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of one subscription on their way to the master, a few at a time so that a burst of updates does not open a
 * connection for each. A call that fails is not sent again here: updates have their own retries, and a master that does not
 * answer is noticed by the pings. Owned by the loop.
 */
final class CallQueue {
    private static final Logger LOGGER = LoggerFactory.getLogger(CallQueue.class);
    private static final int IN_FLIGHT_MAX = 8;
    /** More than any agent has tasks; beyond it the oldest go, which their retries make good. */
    private static final int QUEUED_MAX = 100_000;

    private final Loop loop;
    private final CallClient client;
    private final URI endpoint;
    private final String streamId;
    private final Queue<AgentCall> queued = new ArrayDeque<>();
    private int inFlight;

    CallQueue(Loop loop, CallClient client, URI endpoint, String streamId) {
        this.loop = loop;
        this.client = client;
        this.endpoint = endpoint;
        this.streamId = streamId;
    }

    void send(AgentCall call) {
        queued.add(call);
        if (queued.size() > QUEUED_MAX) {
            queued.remove();
        }
        pump();
    }

    private void pump() {
        while (inFlight < IN_FLIGHT_MAX && !queued.isEmpty()) {
            AgentCall call = queued.remove();
            inFlight++;
            var unused = client.post(endpoint, MediaType.PROTOBUF, call, Optional.of(streamId))
                    .whenComplete((result, failure) -> loop.execute(() -> done(call, result, failure)));
        }
    }

    private void done(AgentCall call, CallResult result, Throwable failure) {
        inFlight--;
        if (failure != null) {
            LOGGER.warn("{} to {} failed: {}", call.getType(), endpoint, failure.toString());
        } else if (!result.ok()) {
            LOGGER.warn("{} to {} was refused: {} {}", call.getType(), endpoint, result.status(), result.text());
        }
        pump();
    }
}
