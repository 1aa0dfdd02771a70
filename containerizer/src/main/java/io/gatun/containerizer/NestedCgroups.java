package io.gatun.containerizer;

import io.gatun.isolator.CgroupHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes room for limits below a container's cgroup. In cgroup v2 only one without processes of its own can hand its
 * controllers down, cgroup-v2.rst, "No Internal Process Constraint": so its processes move to a leaf below it, as they
 * are with Mesos from the start. That is done for the first nested container that has limits, and for no other.
 */
final class NestedCgroups {
    private static final String LEAF = "leaf";
    private static final String NESTED = "mesos";
    private static final String CONTROL = "cgroup.subtree_control";
    private static final String PROCESSES = "cgroup.procs";
    /** A process that forks while it is moved leaves a child behind: looked for again, but not for ever. */
    private static final int MAX_ROUNDS = 100;

    private NestedCgroups() {}

    /**
     * Lets the containers nested in one have limits; nothing to do where v2 has no controllers.
     *
     * @throws CgroupFiles.CgroupException naming the file, such as when the parent itself has no controllers
     */
    static void prepare(CgroupHost host, String parent) {
        Set<String> controllers = host.controllers();
        if (controllers.isEmpty() || host.unifiedCgroup(parent).isEmpty()) {
            return;
        }
        Path cgroup = host.unifiedCgroup(parent).get();
        Set<String> here = Set.of(CgroupFiles.read(cgroup.resolve("cgroup.controllers"))
                .orElse("")
                .strip()
                .split(" ", -1));
        String enabled = controllers.stream()
                .filter(here::contains)
                .sorted()
                .map(name -> "+" + name)
                .collect(Collectors.joining(" "));
        CgroupFiles.create(cgroup.resolve(LEAF));
        empty(cgroup);
        CgroupFiles.write(cgroup.resolve(CONTROL), enabled);
        CgroupFiles.create(cgroup.resolve(NESTED));
        CgroupFiles.write(cgroup.resolve(NESTED).resolve(CONTROL), enabled);
    }

    private static void empty(Path cgroup) {
        Path leaf = cgroup.resolve(LEAF).resolve(PROCESSES);
        for (int i = 0; i < MAX_ROUNDS; i++) {
            List<Long> processes = List.copyOf(CgroupFiles.processes(cgroup));
            if (processes.isEmpty()) {
                return;
            }
            processes.forEach(pid -> move(pid, leaf));
        }
        throw new IllegalStateException(cgroup + ": its processes fork faster than they can be moved");
    }

    private static void move(long pid, Path leaf) {
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
