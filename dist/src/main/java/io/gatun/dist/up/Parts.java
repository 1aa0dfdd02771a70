package io.gatun.dist.up;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started, in order; closed in the opposite order, each part within a bounded time. */
final class Parts implements AutoCloseable {
    /** How a part ends; may throw, as {@link AutoCloseable#close()} may. */
    interface End {
        void run() throws Exception;
    }

    private record Part(String name, End end) {}

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    /** All parts together stay below the 5 s that Ctrl-C may take: they end one after the other, mostly in milliseconds. */
    private static final long END_MS = 4_500;
    /** A part has this long also when those before it took all of the time: what it made in the kernel is to be removed. */
    private static final long END_MIN_MS = 8_000;

    private final Deque<Part> started = new ArrayDeque<>();
    private final Consumer<String> out;
    private final long endNs;
    private final long endMinNs;

    Parts(Consumer<String> out) {
        this(out, END_MS, END_MIN_MS);
    }

    /**
     * Nothing is started yet.
     *
     * @param endMs what all parts together may take to end, in milliseconds
     * @param endMinMs what each of them may take in any case
     */
    Parts(Consumer<String> out, long endMs, long endMinMs) {
        this.out = out;
        this.endNs = TimeUnit.MILLISECONDS.toNanos(endMs);
        this.endMinNs = TimeUnit.MILLISECONDS.toNanos(endMinMs);
    }

    /**
     * Starts a part and shows it.
     *
     * @throws RuntimeException what the part throws; the line shown then says that it failed.
     */
    <T> T start(String name, String where, Supplier<T> start) {
        out.accept(String.format(Locale.ROOT, "  %-10s %-28s", name, where));
        long beginNs = System.nanoTime();
        try {
            T part = start.get();
            out.accept(String.format(Locale.ROOT, "%4.1f s%n", (System.nanoTime() - beginNs) / 1e9));
            return part;
        } catch (RuntimeException | Error e) {
            out.accept("failed\n");
            throw e;
        }
    }

    /** Notes how to end what was just started. */
    void onClose(String name, End end) {
        started.push(new Part(name, end));
    }

    @Override
    public void close() {
        long beginNs = System.nanoTime();
        while (!started.isEmpty()) {
            Part part = started.pop();
            CountDownLatch ended = new CountDownLatch(1);
            // A platform thread: the agent's end makes system calls that a virtual one must not.
            Thread.ofPlatform().daemon().name("end-" + part.name()).start(() -> end(part, ended));
            try {
                long leftNs = Math.max(endMinNs, endNs - (System.nanoTime() - beginNs));
                if (!ended.await(leftNs, TimeUnit.NANOSECONDS)) {
                    LOG.warn("{} did not end in time; the next start cleans up after it", part.name());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void end(Part part, CountDownLatch ended) {
        try {
            part.end().run();
        } catch (Exception e) {
            LOG.warn("{} did not end cleanly", part.name(), e);
        } finally {
            ended.countDown();
        }
    }
}
