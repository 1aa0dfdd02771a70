package io.gatun.isolator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cgroup hierarchies of a host; cgroups(7). A controller is in the unified hierarchy (v2), in one of its own (v1),
 * or nowhere.
 *
 * @param root the cgroup that contains all of ours, relative to each hierarchy
 * @param unified mount point of cgroup v2
 * @param controllers of v2 that can be used below {@code root}; {@code devices} among them means that device programs
 *     can be attached there, {@code perf_event} that its cgroups can be counted: neither has files
 * @param legacy mount points of cgroup v1 by controller
 * @param features what the kernel offers in these
 */
public record CgroupHost(
        String root,
        Optional<Path> unified,
        Set<String> controllers,
        Map<String, Path> legacy,
        CgroupFeatures features) {
    /** No cgroups at all. */
    public static final CgroupHost NONE = new CgroupHost("gatun", Optional.empty(), Set.of(), Map.of(), false);

    /** Controllers of v1 that can be used, in the order in which a child joins them. */
    private static final List<String> LEGACY_USED = List.of(
            "cpu", "cpuacct", "memory", "pids", "freezer", "blkio", "cpuset", "hugetlb", "devices", "perf_event");

    /** What a v2 hierarchy without controllers does as well. */
    private static final Set<String> SUPERSEDED = Set.of("freezer", "cpuacct");

    /** Between the cgroup of a container and those of the containers nested in it. */
    private static final String NESTED = "/mesos/";

    public CgroupHost {
        controllers = Set.copyOf(controllers);
        legacy = Map.copyOf(legacy);
    }

    /** A host of which only this is known: whether memory.swap.max and memory.memsw.limit_in_bytes exist. */
    public CgroupHost(
            String root, Optional<Path> unified, Set<String> controllers, Map<String, Path> legacy, boolean swapLimit) {
        this(
                root,
                unified,
                controllers,
                legacy,
                swapLimit
                        ? CgroupFeatures.of(Set.of("memory.swap.max", "memory.memsw.limit_in_bytes"))
                        : CgroupFeatures.NONE);
    }

    /**
     * Reads what is mounted from /proc/self/mountinfo; proc(5). No v2 controller is claimed yet.
     *
     * @param mountInfo the file's content
     */
    public static CgroupHost parse(String root, String mountInfo) {
        Optional<Path> unified = Optional.empty();
        Map<String, Path> legacy = new HashMap<>();
        for (String line : mountInfo.lines().toList()) {
            String[] halves = line.split(" - ", 2);
            String[] tail = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
            if (tail.length < 3) {
                continue;
            }
            Path mountPoint = Path.of(unescape(halves[0].split(" ", -1)[4]));
            if (tail[0].equals("cgroup2") && unified.isEmpty()) {
                unified = Optional.of(mountPoint);
            } else if (tail[0].equals("cgroup")) {
                for (String option : tail[2].split(",", -1)) {
                    legacy.putIfAbsent(option, mountPoint);
                }
            }
        }
        legacy.keySet().retainAll(LEGACY_USED);
        return new CgroupHost(root, unified, Set.of(), legacy, false);
    }

    /** The same with what can be used of v2. */
    public CgroupHost with(Set<String> newControllers) {
        return new CgroupHost(root, unified, newControllers, legacy, features);
    }

    /** The same with what is known of control files. */
    public CgroupHost with(CgroupFeatures newFeatures) {
        return new CgroupHost(root, unified, controllers, legacy, newFeatures);
    }

    /** The same without the v2 hierarchy. */
    public CgroupHost withoutUnified() {
        return new CgroupHost(root, Optional.empty(), Set.of(), legacy, features);
    }

    /** The same without one v1 controller. */
    public CgroupHost withoutLegacy(String controller) {
        Map<String, Path> rest = new HashMap<>(legacy);
        rest.remove(controller);
        return new CgroupHost(root, unified, controllers, rest, features);
    }

    /** Whether a controller can be used. */
    public boolean has(String controller) {
        return controllers.contains(controller) || legacy.containsKey(controller);
    }

    /** Whether the kernel has a control file, such as {@code io.weight}. */
    public boolean hasFile(String name) {
        return features.files().contains(name);
    }

    /** Whether a controller is used in its v2 form. */
    public boolean isUnified(String controller) {
        return controllers.contains(controller);
    }

    /**
     * Where a container's cgroup lies below the root: a nested one within that of its parent, as with Mesos, so
     * {@code parent.child} is at {@code parent/mesos/child}.
     */
    private static String place(String id) {
        return id.startsWith(".") ? id : id.replace(".", NESTED);
    }

    /** A container's cgroup in the unified hierarchy, with or without controllers there. */
    public Optional<Path> unifiedCgroup(String id) {
        return unified.map(mount -> mount.resolve(root).resolve(place(id)));
    }

    /** A container's cgroup for a controller. */
    public Optional<Path> cgroup(String controller, String id) {
        return isUnified(controller)
                ? unifiedCgroup(id)
                : Optional.ofNullable(legacy.get(controller))
                        .map(mount -> mount.resolve(root).resolve(place(id)));
    }

    /** A container's v1 cgroups by controller, without those whose controller is used in its v2 form. */
    public Map<String, Path> legacyCgroups(String id) {
        Map<String, Path> found = new LinkedHashMap<>();
        for (String controller : LEGACY_USED) {
            // Every v2 cgroup has cgroup.kill, cgroup.freeze and cpu.stat, with or without controllers.
            boolean superseded = isUnified(controller) || (unified.isPresent() && SUPERSEDED.contains(controller));
            if (legacy.containsKey(controller) && !superseded) {
                found.put(controller, legacy.get(controller).resolve(root).resolve(place(id)));
            }
        }
        return found;
    }

    /** All cgroups of a container, each once: several v1 controllers may share a hierarchy. */
    public List<Path> cgroups(String id) {
        Set<Path> all = new LinkedHashSet<>();
        unifiedCgroup(id).ifPresent(all::add);
        all.addAll(legacyCgroups(id).values());
        return new ArrayList<>(all);
    }

    private static String unescape(String mountPoint) {
        return mountPoint
                .replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
