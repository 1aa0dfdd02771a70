package io.gatun.master.runtime;

import com.google.protobuf.Message;
import io.gatun.master.MasterContext.Reply;
import io.gatun.mesos.http.StreamWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The open response streams and waiting requests of a master, by the names that effects know them by. Thread-safe. */
public final class Streams {
    private static final int UNAVAILABLE = 503;

    private final Map<String, StreamWriter> schedulers = new ConcurrentHashMap<>();
    private final Map<String, StreamWriter> agents = new ConcurrentHashMap<>();
    private final Map<Long, CompletableFuture<Reply>> requests = new ConcurrentHashMap<>();
    private final AtomicLong nextRequest = new AtomicLong();

    /** A scheduler's stream; forgets itself at its end, before {@code ended} runs. */
    public void scheduler(String streamId, StreamWriter writer, Runnable ended) {
        open(schedulers, streamId, writer, ended);
    }

    /** An agent's stream; forgets itself at its end, before {@code ended} runs. */
    public void agent(String streamId, StreamWriter writer, Runnable ended) {
        open(agents, streamId, writer, ended);
    }

    private static void open(Map<String, StreamWriter> streams, String id, StreamWriter writer, Runnable ended) {
        streams.put(id, writer);
        writer.onClose(() -> {
            streams.remove(id);
            ended.run();
        });
    }

    /** The number under which {@code reply} will be completed. */
    public long expect(CompletableFuture<Reply> reply) {
        long id = nextRequest.getAndIncrement();
        requests.put(id, reply);
        return id;
    }

    /** Completes what waits under {@code requestId}, if anything. */
    public void reply(long requestId, Reply reply) {
        CompletableFuture<Reply> waiting = requests.remove(requestId);
        if (waiting != null) {
            waiting.complete(reply);
        }
    }

    void toScheduler(String streamId, Message event) {
        send(schedulers.get(streamId), event);
    }

    void toAgent(String streamId, Message event) {
        send(agents.get(streamId), event);
    }

    private static void send(StreamWriter writer, Message event) {
        // The end of a stream is a command on its way to the state; what is sent meanwhile is lost, as on a wire.
        if (writer != null) {
            writer.send(event);
        }
    }

    void closeScheduler(String streamId) {
        close(schedulers.get(streamId));
    }

    void closeAgent(String streamId) {
        close(agents.get(streamId));
    }

    private static void close(StreamWriter writer) {
        if (writer != null) {
            writer.close();
        }
    }

    /** The term is over: ends all streams and answers all requests with 503. */
    public void closeAll() {
        List.copyOf(schedulers.values()).forEach(StreamWriter::close);
        List.copyOf(agents.values()).forEach(StreamWriter::close);
        for (Long id : List.copyOf(requests.keySet())) {
            reply(id, new Reply(UNAVAILABLE, "Master no longer leads"));
        }
    }
}
