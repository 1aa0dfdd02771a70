package io.gatun.containerizer.disk;

import io.gatun.containerizer.HostPart;
import io.gatun.ffm.file.DiskUsage;
import io.gatun.isolator.ContainerConfig;
import java.nio.file.Path;
import java.util.Set;

/** {@code disk/du}: what a container has written is counted now and then, by walking its directories. */
public final class DiskUsagePart implements HostPart {
    private final DiskWatch watch;

    /** Watches by what the caller closes. */
    public DiskUsagePart(DiskWatch watch) {
        this.watch = watch;
    }

    @Override
    public Made make(ContainerConfig config, Path directory) {
        DiskRecord.of(config, 0).save(directory);
        return Made.unchanged(config);
    }

    @Override
    public void started(ContainerConfig config, Path directory, long pid) {
        watch(config.id(), directory);
    }

    @Override
    public void recovered(String id, Path directory, long pid) {
        watch(id, directory);
    }

    private void watch(String id, Path directory) {
        DiskRecord.load(directory)
                .ifPresent(record -> watch.add(
                        id,
                        record.limitBytes(),
                        () -> record.directories().stream()
                                .mapToLong(counted -> DiskUsage.of(counted, Set.copyOf(record.excluded())))
                                .sum()));
    }

    @Override
    public void remove(String id, Path directory) {
        watch.remove(id);
        DiskRecord.delete(directory);
    }
}
