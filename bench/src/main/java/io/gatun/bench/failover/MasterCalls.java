package io.gatun.bench.failover;

import io.gatun.bench.BenchException;
import io.gatun.mesos.client.CallClient;
import io.gatun.mesos.client.CallResult;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.v1.WeightInfo;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.master.Response;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * The operator API as a set of registers: the weight of a role is the value of a register, and a role that has the default
 * weight was never written. One master is asked, redirects are not followed. Any thread.
 */
final class MasterCalls {
    /** Said by the gate in front of all calls: the call was not looked at. */
    private static final Set<String> GATE = Set.of("No leader elected", "Master has not finished recovery");

    private static final int OK = 200;
    private static final int REDIRECT = 307;
    private static final int NOT_FOUND = 404;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int UNAVAILABLE = 503;
    private static final int SERVER_ERROR = 500;

    /** What became of a call. */
    enum Outcome {
        DONE,
        /** It had no effect and will have none. */
        REFUSED,
        UNKNOWN
    }

    /**
     * An answer.
     *
     * @param value that a read returned
     * @param leader where the master says that the leader is
     * @param text of a refusal
     */
    record Answer(Outcome outcome, OptionalLong value, Optional<URI> leader, String text) {}

    private static final HttpClient LOGS =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final CallClient client;
    private final Duration timeout;

    MasterCalls(Duration timeout) {
        this.timeout = timeout;
        this.client = new CallClient(timeout);
    }

    /** UPDATE_WEIGHTS. */
    Answer write(URI master, String key, long value) {
        return call(
                        master,
                        Call.newBuilder()
                                .setType(Call.Type.UPDATE_WEIGHTS)
                                .setUpdateWeights(Call.UpdateWeights.newBuilder()
                                        .addWeightInfos(WeightInfo.newBuilder()
                                                .setRole(key)
                                                .setWeight((double) value)))
                                .build())
                .answer;
    }

    /** GET_WEIGHTS; {@code initial} is what a role without a weight of its own has. */
    Answer read(URI master, String key, long initial) {
        Replied replied =
                call(master, Call.newBuilder().setType(Call.Type.GET_WEIGHTS).build());
        if (replied.answer.outcome() != Outcome.DONE) {
            return replied.answer;
        }
        long value = replied.response().getGetWeights().getWeightInfosList().stream()
                .filter(info -> info.getRole().equals(key))
                .mapToLong(info -> (long) info.getWeight())
                .findFirst()
                .orElse(initial);
        return new Answer(Outcome.DONE, OptionalLong.of(value), Optional.empty(), "");
    }

    /** How many agents this master has a link to; empty if it does not lead. */
    OptionalLong activeAgents(URI master) {
        Replied replied =
                call(master, Call.newBuilder().setType(Call.Type.GET_AGENTS).build());
        return replied.answer.outcome() != Outcome.DONE
                ? OptionalLong.empty()
                : OptionalLong.of(replied.response().getGetAgents().getAgentsList().stream()
                        .filter(Response.GetAgents.Agent::getActive)
                        .count());
    }

    /** How many frameworks have a stream from this master; empty if it does not lead. */
    OptionalLong connectedFrameworks(URI master) {
        Replied replied =
                call(master, Call.newBuilder().setType(Call.Type.GET_FRAMEWORKS).build());
        return replied.answer.outcome() != Outcome.DONE
                ? OptionalLong.empty()
                : OptionalLong.of(replied.response().getGetFrameworks().getFrameworksList().stream()
                        .filter(Response.GetFrameworks.Framework::getConnected)
                        .count());
    }

    /** Whether its replica of the log takes part, or is filled; false also when it does not answer. */
    boolean hasWholeLog(URI master) {
        HttpRequest request =
                HttpRequest.newBuilder(master.resolve("/log")).timeout(timeout).build();
        try {
            return LOGS.send(request, BodyHandlers.ofString()).body().contains("\"state\" : \"WHOLE\"");
        } catch (IOException e) {
            return false; // its process is just being started, or cannot be reached
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    private record Replied(Answer answer, Optional<byte[]> body) {
        Response response() {
            Response.Builder response = Response.newBuilder();
            try {
                MediaType.PROTOBUF.decode(body.orElseThrow(), response);
            } catch (CodecException e) {
                throw new BenchException("an answer that cannot be decoded: " + e.getMessage(), e);
            }
            return response.build();
        }
    }

    private Replied call(URI master, Call call) {
        try {
            CallResult result = client.post(master.resolve("/api/v1"), MediaType.PROTOBUF, call, Optional.empty())
                    .join();
            return new Replied(answer(master, call, result), Optional.of(result.body()));
        } catch (CompletionException e) {
            boolean never =
                    e.getCause() instanceof ConnectException || e.getCause() instanceof HttpConnectTimeoutException;
            return new Replied(
                    without(never ? Outcome.REFUSED : Outcome.UNKNOWN, String.valueOf(e.getCause())), Optional.empty());
        }
    }

    private static Answer answer(URI master, Call call, CallResult result) {
        if (result.status() == OK) {
            return without(Outcome.DONE, "");
        }
        if (result.status() == REDIRECT) {
            return new Answer(
                    Outcome.REFUSED,
                    OptionalLong.empty(),
                    Optional.ofNullable(result.location()).map(location -> master.resolve(location)),
                    "redirected");
        }
        if (result.status() == NOT_FOUND) {
            return without(Outcome.REFUSED, "this master has only begun to listen");
        }
        if (result.status() == UNAVAILABLE && GATE.contains(result.text())) {
            return without(Outcome.REFUSED, result.text());
        }
        if (result.status() >= SERVER_ERROR && result.status() != NOT_IMPLEMENTED) {
            return without(Outcome.UNKNOWN, result.status() + " " + result.text());
        }
        throw new BenchException(
                call.getType() + " to " + master + ": status " + result.status() + ": " + result.text());
    }

    private static Answer without(Outcome outcome, String text) {
        return new Answer(outcome, OptionalLong.empty(), Optional.empty(), text);
    }
}
