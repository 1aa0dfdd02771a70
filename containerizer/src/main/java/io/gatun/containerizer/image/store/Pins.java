package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Digest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must not be collected although no name or container has it yet. Its monitor excludes pinning from collection. */
final class Pins {
    private final Map<Digest, Integer> counts = new HashMap<>();

    /** Keeps content until the pin is closed. */
    synchronized Pin pin(Collection<Digest> digests) {
        digests.forEach(digest -> counts.merge(digest, 1, Integer::sum));
        return new Pin(List.copyOf(digests));
    }

    synchronized boolean isPinned(Digest digest) {
        return counts.containsKey(digest);
    }

    private synchronized void unpin(List<Digest> digests) {
        digests.forEach(digest -> counts.computeIfPresent(digest, (d, n) -> n == 1 ? null : n - 1));
    }

    /** Content that is kept; closed once. */
    final class Pin implements AutoCloseable {
        private List<Digest> digests;

        private Pin(List<Digest> digests) {
            this.digests = digests;
        }

        @Override
        public void close() {
            List<Digest> mine;
            synchronized (this) {
                mine = digests;
                digests = List.of();
            }
            unpin(mine);
        }
    }
}
