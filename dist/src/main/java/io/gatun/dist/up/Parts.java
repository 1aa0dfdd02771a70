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

    /** Each part, one after the other, mostly in milliseconds; this long, because what it made in the kernel is to be removed. */
    private static final long END_MS = 8_000;

    private final Deque<Part> started = new ArrayDeque<>();
    private final Consumer<String> out;
    private final long endMs;

    Parts(Consumer<String> out) {
        this(out, END_MS);
    }

    /**
     * Nothing is started yet.
     *
     * @param endMs what each part may take to end, in milliseconds
     */
    Parts(Consumer<String> out, long endMs) {
        this.out = out;
        this.endMs = endMs;
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
        while (!started.isEmpty()) {
            Part part = started.pop();
            CountDownLatch ended = new CountDownLatch(1);
            // A platform thread: the agent's end makes system calls that a virtual one must not.
            Thread.ofPlatform().daemon().name("end-" + part.name()).start(() -> end(part, ended));
            try {
                if (!ended.await(endMs, TimeUnit.MILLISECONDS)) {
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
