package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;

/** The transfers of one pull, in the threads of all. Closing it ends those that are left, and waits until they have ended. */
final class Transfers implements AutoCloseable {
    private final ThreadPoolExecutor threads;
    private final Map<Integer, FutureTask<Void>> futures = new HashMap<>();
    private final List<Running> running = new ArrayList<>();

    private record Running(Runnable run, CompletableFuture<Void> end) {}

    Transfers(ThreadPoolExecutor threads) {
        this.threads = threads;
    }

    void submit(int index, SingleFlight.Work work) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            work.run();
            return null;
        });
        futures.put(index, task);
        CompletableFuture<Void> end = new CompletableFuture<>();
        // Told by the thread and not by the task, which is done as soon as it is cancelled, although it still runs.
        Runnable run = () -> {
            try {
                task.run();
            } finally {
                end.complete(null);
            }
        };
        running.add(new Running(run, end));
        threads.execute(run);
    }

    /**
     * Waits for a transfer.
     *
     * @return false when there is none of this index
     * @throws ImageException or IOException as the transfer did
     */
    boolean await(int index) throws IOException {
        FutureTask<Void> transfer = futures.get(index);
        if (transfer == null) {
            return false;
        }
        try {
            transfer.get();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        } catch (CancellationException e) {
            throw new IOException("the store is closed", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ImageException cause -> throw new ImageException(cause.getMessage(), cause);
                case IOException cause -> throw new IOException(cause.getMessage(), cause);
                default -> throw new IllegalStateException("download: " + e.getCause(), e.getCause());
            }
        }
    }

    @Override
    public void close() {
        futures.values().forEach(task -> task.cancel(true));
        running.forEach(each -> {
            if (!threads.remove(each.run())) {
                each.end().join();
            }
        });
    }
}
