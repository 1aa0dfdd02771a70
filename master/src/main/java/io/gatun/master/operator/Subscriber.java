package io.gatun.master.operator;

import io.gatun.mesos.http.EncodedMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * One SUBSCRIBE stream. It takes events from the moment it is known to the hub, but keeps them back until its snapshot is
 * sent, and then passes on those that the snapshot does not contain already: so there is neither gap nor duplicate,
 * however long the snapshot takes to render. Thread-safe.
 */
final class Subscriber {
    /** Where the records go: bounded, never blocking, closed by itself when the reader is too slow. */
    interface Sink {
        /** Sends what every stream starts with. Encodes it, which may take a while. */
        void open(EncodedMessage snapshot);

        void send(EncodedMessage message);

        void close();
    }

    private record Kept(long version, EncodedMessage message) {}

    private final long maxKeptBytes;
    private final List<Kept> kept = new ArrayList<>();
    private long keptBytes;
    private long snapshotVersion;
    private Sink sink;
    private boolean closed;

    /** @param maxKeptBytes what may wait for the snapshot, counted in protobuf; beyond, the stream is closed */
    Subscriber(long maxKeptBytes) {
        this.maxKeptBytes = maxKeptBytes;
    }

    /** Passes on events that lead to the state {@code version}; called by one thread, in order. */
    synchronized void deliver(long version, List<EncodedMessage> events) {
        if (closed) {
            return;
        }
        if (sink == null) {
            events.forEach(event -> keep(version, event));
        } else if (version > snapshotVersion) {
            events.forEach(sink::send);
        }
    }

    /** Sends the snapshot of the state {@code version}, then what was kept back, and from now on every event at once. */
    void begin(long version, EncodedMessage snapshot, Sink stream) {
        // Without the lock: encoding a large state must not hold up the other subscribers' events.
        stream.open(snapshot);
        synchronized (this) {
            if (closed) {
                stream.close();
                return;
            }
            for (Kept event : kept) {
                if (event.version() > version) {
                    stream.send(event.message());
                }
            }
            kept.clear();
            snapshotVersion = version;
            sink = stream;
        }
    }

    synchronized void close() {
        closed = true;
        kept.clear();
        if (sink != null) {
            sink.close();
        }
    }

    private void keep(long version, EncodedMessage event) {
        kept.add(new Kept(version, event));
        keptBytes += event.message().getSerializedSize();
        if (keptBytes > maxKeptBytes) {
            close();
        }
    }
}
