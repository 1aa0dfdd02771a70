package io.gatun.containerizer.disk;

import io.gatun.containerizer.Limitation;
import io.gatun.containerizer.Limiter;
import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the disk usage of all containers in turns, on one thread; ends those above their limit. Any thread. */
public final class DiskWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
    private static final long UNKNOWN = -1;

    private final Limiter limiter;
    private final boolean enforce;
    private final Map<String, Watched> containers = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("gatun-disk").unstarted(task));

    private final ScheduledFuture<?> looking;

    private static final class Watched {
        private final long limitBytes;
        private final LongSupplier meter;
        private volatile long usedBytes = UNKNOWN;

        Watched(long limitBytes, LongSupplier meter) {
            this.limitBytes = limitBytes;
            this.meter = meter;
        }
    }

    /**
     * Starts to watch.
     *
     * @param interval between two looks at a container, at least 1 ms; Mesos' {@code --container_disk_watch_interval}
     * @param enforce whether what is above its limit is ended, or only counted; Mesos'
     *     {@code --enforce_container_disk_quota}
     */
    public DiskWatch(Limiter limiter, Duration interval, boolean enforce) {
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("container_disk_watch_interval=" + interval + ": must be at least 1 ms");
        }
        this.limiter = limiter;
        this.enforce = enforce;
        looking = thread.scheduleWithFixedDelay(
                this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    void add(String id, long limitBytes, LongSupplier meter) {
        containers.put(id, new Watched(limitBytes, meter));
    }

    void remove(String id) {
        containers.remove(id);
    }

    /** What a container used when it was last looked at, in bytes; empty before the first time. */
    public OptionalLong usedBytes(String id) {
        Watched watched = containers.get(id);
        return watched == null || watched.usedBytes == UNKNOWN
                ? OptionalLong.empty()
                : OptionalLong.of(watched.usedBytes);
    }

    private void look() {
        containers.forEach(this::look);
    }

    private void look(String id, Watched watched) {
        try {
            watched.usedBytes = watched.meter.getAsLong();
        } catch (SyscallException e) {
            // ESTALE: it moved its directories meanwhile, and will be looked at again. ENOENT: it is being removed.
            if (e.errno() != Errno.ESTALE && e.errno() != Errno.ENOENT) {
                LOG.warn("container {}: its disk usage is not known: {}", id, e.getMessage());
            }
            return;
        } catch (RuntimeException e) {
            LOG.warn("container {}: its disk usage is not known", id, e);
            return;
        }
        if (enforce && watched.limitBytes > 0 && watched.usedBytes > watched.limitBytes) {
            limiter.limit(
                    id,
                    Limitation.DISK,
                    "Disk usage (" + watched.usedBytes + " bytes) exceeds quota (" + watched.limitBytes + " bytes)");
        }
    }

    @Override
    public void close() {
        looking.cancel(true);
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("disk usage is still being counted, and left to itself");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
