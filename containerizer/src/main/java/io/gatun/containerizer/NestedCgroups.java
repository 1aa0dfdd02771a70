package io.gatun.containerizer;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes room for limits below a container's cgroup. In cgroup v2 only one without processes of its own can hand its
 * controllers down, cgroup-v2.rst, "No Internal Process Constraint": so its processes move to a leaf below it, where
 * Mesos has them from the start. That is done for the first nested container that has limits, since most containers
 * never have one, and a cgroup more costs every launch; memory that is in use stays charged to where it was.
 */
final class NestedCgroups {
    /** Below a container's cgroup, with its processes, once a container nested in it has limits. */
    static final String LEAF = "leaf";

    private static final String NESTED = "mesos";
    private static final String CONTROL = "cgroup.subtree_control";
    private static final String PROCESSES = "cgroup.procs";
    private static final String PROTECTION = "memory.low";
    /** A process that forks while it is moved leaves a child behind: looked for again, but not for ever. */
    private static final int MAX_ROUNDS = 100;

    private NestedCgroups() {}

    /**
     * Lets the containers nested in one have limits; nothing to do where v2 has no controllers. Done again, or
     * interrupted and done again, it comes to the same.
     *
     * @throws CgroupFiles.CgroupException naming the file
     * @throws IllegalStateException naming the cgroup, when its processes cannot all be moved
     */
    static void prepare(CgroupHost host, String parent) {
        ContainerConfig.parentOf(parent).ifPresent(outer -> prepare(host, outer));
        host.unifiedCgroup(parent).ifPresent(cgroup -> {
            Set<String> here = controllers(cgroup, "cgroup.controllers");
            here.retainAll(host.controllers());
            if (!controllers(cgroup.resolve(NESTED), CONTROL).containsAll(here)) {
                split(cgroup, here.stream().sorted().map(name -> "+" + name).collect(Collectors.joining(" ")));
            }
        });
    }

    private static Set<String> controllers(Path cgroup, String file) {
        return CgroupFiles.read(cgroup.resolve(file)).stream()
                .flatMap(text -> text.strip().lines())
                .flatMap(line -> List.of(line.split(" ", -1)).stream())
                .collect(Collectors.toSet());
    }

    private static void split(Path cgroup, String enabled) {
        Path leaf = cgroup.resolve(LEAF);
        Path nested = cgroup.resolve(NESTED);
        CgroupFiles.create(leaf);
        CgroupFiles.create(nested);
        empty(cgroup);
        CgroupFiles.write(cgroup.resolve(CONTROL), enabled);
        // What the container is protected from losing shall still be its own: without the mount option
        // memory_recursiveprot a cgroup hands no protection down to one that does not ask for it.
        protect(leaf);
        protect(nested);
        CgroupFiles.write(nested.resolve(CONTROL), enabled);
    }

    private static void protect(Path cgroup) {
        if (Files.exists(cgroup.resolve(PROTECTION))) {
            CgroupFiles.write(cgroup.resolve(PROTECTION), "max");
        }
    }

    private static void empty(Path cgroup) {
        Path leaf = cgroup.resolve(LEAF).resolve(PROCESSES);
        for (int i = 0; i < MAX_ROUNDS; i++) {
            List<Long> processes = CgroupFiles.processes(cgroup);
            if (processes.isEmpty()) {
                return;
            }
            processes.forEach(pid -> move(pid, leaf));
        }
        throw new IllegalStateException(cgroup + ": its processes fork faster than they can be moved");
    }

    private static void move(long pid, Path leaf) {
        if (pid == 0) {
            // Written, it would mean the writer.
            throw new IllegalStateException(leaf.getParent().getParent()
                    + ": has a process of a pid namespace that is not visible here, and that cannot be moved");
        }
        try {
            CgroupFiles.write(leaf, Long.toString(pid));
        } catch (CgroupFiles.CgroupException e) {
            if (Proc.startTime(pid).isPresent()) {
                throw e;
            }
            // It ended meanwhile: ESRCH.
        }
    }
}
