package io.gatun.containerizer.disk;

import io.gatun.containerizer.HostPart;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.FileStat;
import io.gatun.ffm.file.ProjectQuota;
import io.gatun.isolator.ContainerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code disk/xfs}: the file system counts what a container writes and refuses more than its limit with EDQUOT; xfs, and
 * ext4 with the project feature, mounted with {@code prjquota}. Processes with CAP_SYS_RESOURCE are not refused, so usage
 * is watched all the same, at the cost of one call. Thread-safe.
 */
public final class ProjectQuotaPart implements HostPart {
    private final ProjectRange range;
    private final DiskWatch watch;
    private final Map<String, Integer> taken = new HashMap<>();

    /**
     * Takes ids from a range, and watches by what the caller closes.
     *
     * @param workDir where sandboxes lie
     * @throws IllegalArgumentException when its file system does not hold project quotas
     */
    public ProjectQuotaPart(ProjectRange range, Path workDir, DiskWatch watch) {
        this.range = range;
        this.watch = watch;
        try {
            // Setting what is set already, to find out whether that is possible.
            ProjectQuota.limit(
                    workDir,
                    range.first(),
                    ProjectQuota.quota(workDir, range.first()).limitBytes());
        } catch (SyscallException e) {
            throw new IllegalArgumentException(
                    "isolation=disk/xfs: work_dir=" + workDir
                            + " must be on a file system that is mounted with prjquota: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public Made make(ContainerConfig config, Path directory) {
        DiskRecord record = DiskRecord.of(config, take(config.id()));
        record.save(directory);
        for (Path counted : record.directories()) {
            ProjectQuota.assignAll(counted, record.project());
            ProjectQuota.limit(counted, record.project(), record.limitBytes());
        }
        return Made.unchanged(config);
    }

    private synchronized int take(String id) {
        for (int project = range.first(); project <= range.last(); project++) {
            if (!taken.containsValue(project)) {
                taken.put(id, project);
                return project;
            }
        }
        throw new IllegalStateException("xfs_project_range=" + range.first() + "-" + range.last() + ": all "
                + taken.size() + " project ids are taken");
    }

    @Override
    public void started(ContainerConfig config, Path directory, long pid) {
        watch(config.id(), directory);
    }

    @Override
    public void recovered(String id, Path directory, long pid) {
        DiskRecord.load(directory).ifPresent(record -> {
            synchronized (this) {
                taken.put(id, record.project());
            }
        });
        watch(id, directory);
    }

    private void watch(String id, Path directory) {
        DiskRecord.load(directory).ifPresent(record -> watch.add(id, record.limitBytes(), () -> used(record)));
    }

    /** The file systems' counts: directories of one of them have one. */
    private static long used(DiskRecord record) {
        Map<Long, Path> fileSystems = new HashMap<>();
        record.directories()
                .forEach(counted -> fileSystems.put(FileStat.of(counted).device(), counted));
        return fileSystems.values().stream()
                .mapToLong(
                        counted -> ProjectQuota.quota(counted, record.project()).usedBytes())
                .sum();
    }

    /** What was written stays in the sandbox and belongs to no project any more, so that the id can be used again. */
    @Override
    public void remove(String id, Path directory) {
        watch.remove(id);
        DiskRecord.load(directory).ifPresent(record -> {
            for (Path counted : record.directories()) {
                if (Files.isDirectory(counted)) {
                    ProjectQuota.assignAll(counted, 0);
                    ProjectQuota.limit(counted, record.project(), 0);
                }
            }
        });
        DiskRecord.delete(directory);
        synchronized (this) {
            taken.remove(id);
        }
    }
}
