package io.gatun.containerizer;

import io.gatun.isolator.CgroupHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the cgroup under which all containers lie, in every hierarchy, and enables the v2 controllers down to it;
 * cgroup-v2.rst, "Controlling Controllers". What cannot be had is left out, with the reason.
 */
final class CgroupSetup {
    /** Where processes go that stand in the way of the "no internal processes" rule. */
    private static final String EVACUATED = "host";

    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");

    private final List<String> reasons = new ArrayList<>();

    private CgroupSetup() {}

    /** What is usable, and why the rest is not. */
    record Outcome(CgroupHost host, List<String> reasons) {}

    /**
     * Prepares the hierarchies, or only looks at them.
     *
     * @param prepare false: nothing is changed, and what could probably be enabled counts as usable
     */
    static Outcome of(CgroupHost mounted, boolean prepare) {
        CgroupSetup setup = new CgroupSetup();
        CgroupHost host = limits(setup.legacy(setup.unified(mounted, prepare), prepare));
        for (String controller : CONTROLLERS) {
            if (!host.has(controller)) {
                setup.reasons.add(limitName(controller) + ": cgroup controller '" + controller + "' is not "
                        + (mounted.has(controller) || mounted.unified().isPresent() ? "usable" : "mounted"));
            }
        }
        return new Outcome(host, List.copyOf(setup.reasons));
    }

    private static String limitName(String controller) {
        return (controller.equals("cpu") ? "cpus" : controller) + " limits";
    }

    private CgroupHost unified(CgroupHost host, boolean prepare) {
        if (host.unified().isEmpty()) {
            return host;
        }
        Path mount = host.unified().get();
        Set<String> offered = words(mount.resolve("cgroup.controllers"));
        offered.retainAll(CONTROLLERS);
        // A controller that a v1 hierarchy holds is not offered, so nothing is taken twice.
        if (!prepare) {
            return host.with(offered, host.swapLimit());
        }
        try {
            CgroupFiles.create(mount.resolve(host.root()));
        } catch (CgroupFiles.CgroupException e) {
            reasons.add("cgroup v2: " + e.getMessage());
            return host.withoutUnified();
        }
        Set<String> enabled = new HashSet<>();
        for (String controller : offered) {
            if (enableDownTo(mount, host.root(), controller)) {
                enabled.add(controller);
            }
        }
        return host.with(enabled, host.swapLimit());
    }

    private boolean enableDownTo(Path mount, String root, String controller) {
        Path level = mount;
        for (Path name : Path.of("").resolve(root)) {
            if (!enable(level, controller, level.equals(mount))) {
                return false;
            }
            level = level.resolve(name);
        }
        return enable(level, controller, false);
    }

    private boolean enable(Path cgroup, String controller, boolean mayEvacuate) {
        Path file = cgroup.resolve("cgroup.subtree_control");
        if (words(file).contains(controller)) {
            return true;
        }
        try {
            CgroupFiles.write(file, "+" + controller);
            return true;
        } catch (CgroupFiles.CgroupException e) {
            // The root that is visible in a cgroup namespace is an ordinary cgroup: its processes must leave it first.
            if (mayEvacuate && Files.exists(cgroup.resolve("cgroup.type")) && evacuate(cgroup)) {
                return enable(cgroup, controller, false);
            }
            reasons.add("cgroup controller '" + controller + "': " + e.getMessage());
            return false;
        }
    }

    private boolean evacuate(Path cgroup) {
        List<Long> processes = CgroupFiles.processes(cgroup);
        if (processes.isEmpty()) {
            return false;
        }
        Path refuge = cgroup.resolve(EVACUATED);
        CgroupFiles.create(refuge);
        for (long pid : processes) {
            try {
                CgroupFiles.write(refuge.resolve("cgroup.procs"), Long.toString(pid));
            } catch (CgroupFiles.CgroupException e) {
                // Ended meanwhile, or may not be moved: whether that matters the next write to subtree_control tells.
                reasons.add("process " + pid + ": " + e.getMessage());
            }
        }
        return true;
    }

    private CgroupHost legacy(CgroupHost host, boolean prepare) {
        if (!prepare) {
            return host;
        }
        CgroupHost usable = host;
        for (var hierarchy : host.legacy().entrySet()) {
            try {
                CgroupFiles.create(hierarchy.getValue().resolve(host.root()));
            } catch (CgroupFiles.CgroupException e) {
                reasons.add("cgroup v1: " + e.getMessage());
                usable = usable.withoutLegacy(hierarchy.getKey());
            }
        }
        return usable;
    }

    private static CgroupHost limits(CgroupHost host) {
        // Exists with CONFIG_SWAP (v2, below the root only) or with swap accounting (v1, in the root too).
        boolean unified = host.cgroup("memory", ".")
                .map(cgroup -> Files.exists(cgroup.resolve("memory.swap.max")))
                .orElse(false);
        boolean legacy = Optional.ofNullable(host.legacy().get("memory"))
                .map(mount -> Files.exists(mount.resolve("memory.memsw.limit_in_bytes")))
                .orElse(false);
        return host.with(host.controllers(), host.isUnified("memory") ? unified : legacy);
    }

    private static Set<String> words(Path file) {
        return CgroupFiles.read(file)
                .map(text -> new HashSet<>(List.of(text.strip().split("\\s+"))))
                .orElseGet(HashSet::new);
    }
}
