package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Descriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps count of one pull and tells about it: the listener of every change, the log every few seconds. Any thread. */
final class Pull {
    private static final Logger LOG = LoggerFactory.getLogger(Pull.class);
    private static final long LOG_PERIOD_NS = 5_000_000_000L;
    private static final long REPORT_BYTES = 1 << 20;

    private final String reference;
    private final String source;
    private final Consumer<PullStatus> listener;
    private final long startNs = System.nanoTime();
    private final AtomicLong nextLogNs = new AtomicLong(startNs + LOG_PERIOD_NS);
    private volatile List<Part> parts = List.of();

    Pull(String reference, String source, Consumer<PullStatus> listener) {
        this.reference = reference;
        this.source = source;
        this.listener = listener;
    }

    /** The manifest is there. */
    void layers(List<Descriptor> layers) {
        List<Part> all = new ArrayList<>();
        layers.forEach(layer -> all.add(new Part(layer)));
        parts = List.copyOf(all);
        tell();
    }

    Part layer(int index) {
        return parts.get(index);
    }

    PullStatus status() {
        return new PullStatus(
                reference, source, parts.stream().map(Part::status).toList());
    }

    private void tell() {
        PullStatus status = status();
        listener.accept(status);
        long now = System.nanoTime();
        long next = nextLogNs.get();
        if (now > next && nextLogNs.compareAndSet(next, now + LOG_PERIOD_NS)) {
            LOG.info("{} from {}: {} of {} bytes", reference, source, status.bytes(), status.totalBytes());
        }
    }

    void done() {
        PullStatus status = status();
        LOG.info(
                "{} from {}: {} layers, {} bytes, in {} ms",
                reference,
                source,
                status.layers().size(),
                status.totalBytes(),
                (System.nanoTime() - startNs) / 1_000_000);
    }

    /** One layer of it. */
    final class Part {
        private final Descriptor descriptor;
        private final AtomicLong bytes = new AtomicLong();
        private volatile PullStatus.Phase phase = PullStatus.Phase.WAITING;
        private volatile long toldBytes;

        private Part(Descriptor descriptor) {
            this.descriptor = descriptor;
        }

        void phase(PullStatus.Phase next) {
            phase = next;
            if (next.compareTo(PullStatus.Phase.DOWNLOADING) > 0) {
                bytes.set(descriptor.sizeBytes());
            }
            tell();
        }

        /** How many bytes are there now; fewer than before when a transfer starts anew. */
        void bytes(long count) {
            bytes.set(count);
            if (Math.abs(count - toldBytes) >= REPORT_BYTES) {
                toldBytes = count;
                tell();
            }
        }

        private PullStatus.Layer status() {
            return new PullStatus.Layer(descriptor.digest(), phase, bytes.get(), descriptor.sizeBytes());
        }
    }
}
