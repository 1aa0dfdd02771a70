package io.gatun.isolator.filesystem;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;

/**
 * Remembers for a while what is there: of files that come and go with modules of the kernel, which every launch asks for.
 * Any thread.
 */
final class RecentHostFiles implements HostFiles {
    private final HostFiles files;
    private final long keepNs;
    private final LongSupplier clockNs;
    private final ConcurrentMap<Path, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(boolean exists, boolean directory, long atNs) {}

    /**
     * Remembers.
     *
     * @param keepNs for how long, in nanoseconds of {@code clockNs}
     */
    RecentHostFiles(HostFiles files, long keepNs, LongSupplier clockNs) {
        this.files = files;
        this.keepNs = keepNs;
        this.clockNs = clockNs;
    }

    @Override
    public boolean exists(Path path) {
        return look(path).exists();
    }

    @Override
    public boolean isDirectory(Path path) {
        return look(path).directory();
    }

    private Seen look(Path path) {
        long now = clockNs.getAsLong();
        Seen known = seen.get(path);
        if (known != null && now - known.atNs() < keepNs) {
            return known;
        }
        boolean exists = files.exists(path);
        Seen fresh = new Seen(exists, exists && files.isDirectory(path), now);
        seen.put(path, fresh);
        return fresh;
    }
}
