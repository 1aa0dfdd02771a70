package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Makes the next generation while the present one is written to, so that going on in it takes no time. */
final class SpareGeneration implements AutoCloseable {
    /** Room in a generation: half a second of the fastest writers, little enough to be written ahead quickly. */
    private static final long GENERATION_BYTES = 32L << 20;

    private final JournalDirectory directory;
    private final Consumer<IOException> failed;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("log-allocate").daemon().factory());
    /** Generations that are not needed any more, to be made the next ones. */
    private final BlockingQueue<Path> retired;

    private boolean asked;
    private volatile boolean urgent;
    private volatile Generation ready;

    SpareGeneration(JournalDirectory directory, BlockingQueue<Path> retired, Consumer<IOException> failed) {
        this.directory = directory;
        this.retired = retired;
        this.failed = failed;
    }

    /**
     * Has one made, unless that is being done already. The replica's thread.
     *
     * @param soon whether it is needed as soon as the disk can; an earlier call may have said that there is time
     */
    void ask(long number, boolean soon) {
        if (urgent != soon) {
            urgent = soon;
        }
        if (asked) {
            return;
        }
        asked = true;
        try {
            thread.execute(() -> make(number));
        } catch (RejectedExecutionException e) {
            failed.accept(new IOException("generation " + number + " of " + directory.name() + ": closed", e));
        }
    }

    private void make(long number) {
        Path old = retired.poll();
        try {
            ready = new Generation(
                    number, new QueueFile(directory.generationPath(number), GENERATION_BYTES, () -> urgent, old));
        } catch (IOException | RuntimeException e) {
            giveBack(old, e);
            failed.accept(
                    e instanceof IOException io
                            ? io
                            : new IOException("generation " + number + " of " + directory.name() + ": " + e, e));
        }
    }

    /** Its room may be what a full disk lacks. */
    private static void giveBack(Path old, Exception reason) {
        try {
            if (old != null && Files.exists(old)) {
                Durable.deleteTree(old);
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** The one that was asked for, or null when it is not ready yet. The replica's thread. */
    Generation take() {
        Generation taken = ready;
        if (taken != null) {
            ready = null;
            asked = false;
        }
        return taken;
    }

    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IOException("the last generation of " + directory.name() + " is still being made");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a generation was being made", e);
        }
        Generation unused = take();
        if (unused != null) {
            unused.file().close();
        }
    }
}
