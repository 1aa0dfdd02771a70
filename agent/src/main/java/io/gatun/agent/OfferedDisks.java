package io.gatun.agent;

import io.gatun.agent.store.DiskRoot;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code --resources} may say of disks other than that of {@code --work_dir}. As Mesos (src/slave/slave.cpp), the root of a
 * PATH disk is made and that of a MOUNT disk must be a mount point. Stricter than Mesos in what else may lie on a MOUNT disk:
 * nothing, as all that is on it is removed with its volume.
 */
final class OfferedDisks {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    /** Of a line of mountinfo, proc_pid_mountinfo(5). */
    private static final int MOUNT_POINT = 4;

    private OfferedDisks() {}

    /** @throws StartupException naming flag, text and rule */
    static void check(Resources offered, AgentConfig config) {
        List<Resource> disks = offered.filter(Resource::hasDisk).toProtos();
        if (disks.isEmpty()) {
            return;
        }
        try {
            for (Resource disk : disks) {
                Optional<DiskRoot> root = DiskRoot.of(disk, config.workDir());
                if (root.isPresent() && !root.get().whole()) {
                    Files.createDirectories(root.get().path());
                }
            }
            problem(disks, config.workDir(), List.of(config.workDir(), config.runtimeDir()), mountPoints())
                    .ifPresent(rule -> {
                        throw AgentConfig.invalid("--resources", config.flags().resources, rule);
                    });
        } catch (IllegalArgumentException e) {
            throw AgentConfig.invalid("--resources", config.flags().resources, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartupException("--resources", "disk.source.path.root: " + e, "make the directory", e);
        }
    }

    /**
     * Says what is wrong with the places of disks.
     *
     * @param ours directories that no MOUNT disk may hold
     * @param mountPoints all there are
     */
    static Optional<String> problem(List<Resource> disks, Path workDir, Collection<Path> ours, Set<Path> mountPoints) {
        List<DiskRoot> roots = new ArrayList<>();
        for (Resource disk : disks) {
            if (disk.getDisk().hasPersistence() || disk.getDisk().hasVolume()) {
                return Optional.of("disk.persistence, disk.volume: must be absent, volumes are made by CREATE");
            }
            if (!disk.getName().equals("disk") || !disk.hasScalar()) {
                return Optional.of(disk.getName() + ": only the scalar 'disk' may have a field disk");
            }
            Optional<DiskRoot> root = DiskRoot.of(disk, workDir);
            if (root.isEmpty()) {
                return Optional.of("disk: must have a source when it is present");
            }
            roots.add(root.get());
        }
        for (int i = 0; i < roots.size(); i++) {
            DiskRoot root = roots.get(i);
            if (!root.whole()) {
                continue;
            }
            String field = "disk.source.mount.root=" + root.path() + ": ";
            if (!mountPoints.contains(root.path())) {
                return Optional.of(field + "must be a mount point, without links in its path");
            }
            List<Path> others = new ArrayList<>(ours);
            for (int j = 0; j < roots.size(); j++) {
                if (j != i) {
                    others.add(roots.get(j).path());
                }
            }
            Optional<Path> inside = others.stream()
                    .map(OfferedDisks::real)
                    .filter(other -> other.startsWith(root.path()))
                    .findFirst();
            if (inside.isPresent()) {
                return Optional.of(field + "must be for one volume alone, and " + inside.get() + " lies in it");
            }
        }
        return Optional.empty();
    }

    /** Without links, as far as it exists. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException absent) {
            Path parent = path.getParent();
            return parent == null ? path : real(parent).resolve(path.getFileName());
        }
    }

    private static Set<Path> mountPoints() {
        try {
            return mountPoints(new String(Files.readAllBytes(MOUNTS), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("read " + MOUNTS + ": " + e, e);
        }
    }

    static Set<Path> mountPoints(List<String> mountinfo) {
        return mountinfo.stream()
                .map(line -> Path.of(unescaped(line.split(" ", -1)[MOUNT_POINT])))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The kernel writes space, tab, newline and backslash as three octal digits. */
    private static String unescaped(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
