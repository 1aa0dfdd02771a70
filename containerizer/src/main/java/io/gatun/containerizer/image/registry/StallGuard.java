package io.gatun.containerizer.image.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Breaks off a transfer that brings nothing: the JDK's client has a timeout for the answer's head, none for its body. A
 * server that falls silent would hold a thread for ever.
 */
final class StallGuard extends FilterInputStream {
    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "gatun-image-stalls");
        thread.setDaemon(true);
        return thread;
    });

    private final Duration timeout;
    private final ScheduledFuture<?> watch;
    private volatile long lastNs = System.nanoTime();
    private volatile boolean stalled;

    StallGuard(InputStream in, Duration timeout) {
        super(in);
        this.timeout = timeout;
        long period = Math.max(timeout.toMillis() / 4, 1);
        this.watch = WATCH.scheduleAtFixedRate(this::check, period, period, TimeUnit.MILLISECONDS);
    }

    private void check() {
        if (System.nanoTime() - lastNs > timeout.toNanos()) {
            stalled = true;
            watch.cancel(false);
            try {
                in.close();
            } catch (IOException e) {
                // The reader finds out by itself.
                lastNs = System.nanoTime();
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        lastNs = System.nanoTime();
        int n;
        try {
            n = in.read(buffer, offset, length);
        } catch (IOException e) {
            throw stalled ? new IOException(reason(), e) : e;
        }
        if (stalled) {
            throw new IOException(reason());
        }
        return n;
    }

    private String reason() {
        return "nothing came for " + timeout.toMillis() + " ms";
    }

    @Override
    public void close() throws IOException {
        watch.cancel(false);
        in.close();
    }
}
