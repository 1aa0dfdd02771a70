package io.gatun.containerizer.image.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;

/** Work that many ask for at once and one does. Any thread. */
final class SingleFlight<K> {
    private final ConcurrentMap<K, CompletableFuture<Void>> running = new ConcurrentHashMap<>();

    /** What is to be done for a key. */
    interface Work {
        void run() throws IOException;
    }

    /**
     * Does the work, or waits for whoever does it. When that one fails, this caller tries itself: the failure may have
     * been the other's alone, of its credentials or its mirror.
     */
    void run(K key, Work work) throws IOException {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> other;
        while ((other = running.putIfAbsent(key, mine)) != null) {
            if (succeeds(other)) {
                return;
            }
        }
        try {
            work.run();
            mine.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            running.remove(key, mine);
        }
    }

    private static boolean succeeds(CompletableFuture<Void> other) throws IOException {
        try {
            other.get();
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }
}
