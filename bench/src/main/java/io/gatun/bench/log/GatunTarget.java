package io.gatun.bench.log;

import io.gatun.master.log.net.LogClient;
import io.gatun.master.log.net.TransportSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** The replicated log, over its own client protocol. */
final class GatunTarget implements Target {
    /** Times that all are asked who leads, before that is given up. */
    private static final int PATIENCE = 600;

    private final LogClient client;
    private final UnsafeBuffer entry = new UnsafeBuffer(0, 0);

    /** Connects to whoever of these leads. */
    GatunTarget(List<InetSocketAddress> nodes) throws Exception {
        client = leader(nodes);
    }

    private static LogClient leader(List<InetSocketAddress> nodes) throws Exception {
        UnsafeBuffer probe = new UnsafeBuffer(new byte[1]);
        for (int attempt = 0; attempt < PATIENCE; attempt++) {
            for (InetSocketAddress node : nodes) {
                long[] answer = {Long.MIN_VALUE};
                try {
                    LogClient candidate = LogClient.connect(node, TransportSettings.defaults());
                    candidate.append(0, probe, 0, 1);
                    for (int i = 0; i < 100 && answer[0] == Long.MIN_VALUE; i++) {
                        candidate.poll((correlationId, result) -> answer[0] = result, 10);
                    }
                    if (answer[0] > 0) {
                        return candidate;
                    }
                    candidate.close();
                } catch (IOException e) {
                    Thread.sleep(10); // it is starting
                }
            }
            Thread.sleep(20);
        }
        throw new IOException("none of " + nodes + " leads");
    }

    @Override
    public void prepare(int writers) {
        // Writers are numbers of entries on their way.
    }

    @Override
    public void write(int writer, byte[] bytes, Done done) {
        if (entry.byteArray() != bytes) { // the very same array: all writers share it
            entry.wrap(bytes);
        }
        if (!client.append(writer, entry, 0, bytes.length)) {
            done.failed("too much waits to be sent");
        }
    }

    @Override
    public void drive(long ms, Done done) throws IOException {
        client.poll(
                (correlationId, result) -> {
                    if (result < 0) {
                        done.failed("the replica answers " + result);
                    } else {
                        done.done((int) correlationId);
                    }
                },
                ms);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
