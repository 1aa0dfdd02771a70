package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.FileNames;
import io.gatun.isolator.CgroupHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The cgroups of containers as a whole: who is in them, killing them, removing them. */
final class Cgroups {
    private final CgroupHost host;

    Cgroups(CgroupHost host) {
        this.host = host;
    }

    /** Whether no process is left in any cgroup of a container; true without cgroups. */
    boolean empty(String id) {
        return host.cgroups(id).stream().allMatch(Cgroups::emptyTree);
    }

    private static boolean emptyTree(Path cgroup) {
        return CgroupFiles.processes(cgroup).isEmpty()
                && CgroupFiles.children(cgroup).stream().allMatch(Cgroups::emptyTree);
    }

    /** The process ids in a container's cgroups, those below included. */
    Set<Long> processes(String id) {
        Set<Long> found = new LinkedHashSet<>();
        host.cgroups(id).forEach(cgroup -> collect(cgroup, found));
        return found;
    }

    /** The lines of a file of a cgroup and of those below it together. */
    static int lines(Path cgroup, String file) {
        long own = CgroupFiles.read(cgroup.resolve(file)).stream()
                .flatMap(String::lines)
                .count();
        return (int) own
                + CgroupFiles.children(cgroup).stream()
                        .mapToInt(child -> lines(child, file))
                        .sum();
    }

    private static void collect(Path cgroup, Set<Long> found) {
        found.addAll(CgroupFiles.processes(cgroup));
        CgroupFiles.children(cgroup).forEach(child -> collect(child, found));
    }

    /**
     * Kills everything in a container's cgroups, at once: cgroup.kill (v2, Linux 5.14). Elsewhere they are frozen
     * first, so that none can fork itself away, then killed and thawed.
     */
    void kill(String id) {
        Path kill = host.unifiedCgroup(id)
                .map(cgroup -> cgroup.resolve("cgroup.kill"))
                .orElse(null);
        if (kill != null && Files.exists(kill)) {
            CgroupFiles.write(kill, "1");
            return;
        }
        Set<Long> processes = processes(id);
        if (!processes.isEmpty()) {
            freeze(id, true);
            processes(id).forEach(Signals::killProcess);
            freeze(id, false);
        }
    }

    private void freeze(String id, boolean frozen) {
        Path unified = host.unifiedCgroup(id)
                .map(cgroup -> cgroup.resolve("cgroup.freeze"))
                .orElse(null);
        Path legacy = host.legacyCgroups(id).get("freezer");
        if (unified != null && Files.exists(unified)) {
            CgroupFiles.write(unified, frozen ? "1" : "0");
        } else if (legacy != null && Files.exists(legacy)) {
            CgroupFiles.write(legacy.resolve("freezer.state"), frozen ? "FROZEN" : "THAWED");
        }
    }

    /**
     * Tries to remove a container's cgroups and those that it made below.
     *
     * @return whether all are gone; false is EBUSY, which passes: the kernel releases a cgroup some time after its last
     *     process
     */
    boolean remove(String id) {
        for (Path cgroup : host.cgroups(id)) {
            // The unified one comes first: as long as it is there, what is left in the others can be killed by it.
            if (!removeTree(cgroup)) {
                return false;
            }
        }
        return true;
    }

    /** Most have none below, so rmdir comes first: EBUSY says that there are some, or processes. */
    private static boolean removeTree(Path cgroup) {
        if (removeOne(cgroup)) {
            return true;
        }
        List<Path> children = CgroupFiles.children(cgroup);
        return !children.isEmpty() && children.stream().allMatch(Cgroups::removeTree) && removeOne(cgroup);
    }

    private static boolean removeOne(Path cgroup) {
        try {
            FileNames.removeDirectory(cgroup);
            return true;
        } catch (SyscallException e) {
            if (e.errno() == Errno.EBUSY || e.errno() == Errno.ENOTEMPTY) {
                return false;
            }
            throw e;
        }
    }

    /** The ids under the root of any hierarchy: a cgroup there that no checkpoint explains is an orphan. */
    Set<String> ids() {
        Set<String> ids = new LinkedHashSet<>();
        for (Path probe : host.cgroups(".")) {
            for (Path cgroup : CgroupFiles.children(probe.normalize())) {
                ids.add(cgroup.getFileName().toString());
            }
        }
        return ids;
    }

    /** Removes the roots in which no container is left. Only the agent that has claimed them may. */
    void removeRoots() {
        for (Path root : roots()) {
            if (CgroupFiles.children(root).isEmpty()) {
                removeTree(root);
            }
        }
    }

    /** The root of each hierarchy that is used. */
    List<Path> roots() {
        return host.cgroups(".").stream().map(Path::normalize).toList();
    }
}
