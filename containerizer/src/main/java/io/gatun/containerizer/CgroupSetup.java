package io.gatun.containerizer;

import io.gatun.isolator.CgroupHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the cgroup under which all containers lie, in every hierarchy, and enables the v2 controllers down to it;
 * cgroup-v2.rst, "Controlling Controllers". What cannot be had is left out, with the reason.
 */
final class CgroupSetup {
    /** Where processes go that stand in the way of the "no internal processes" rule. */
    private static final String EVACUATED = "host";

    private static final Logger LOG = LoggerFactory.getLogger(CgroupSetup.class);
    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");

    /** Why a controller cannot be used. */
    private final Map<String, String> reasons = new HashMap<>();

    private final boolean prepare;

    private CgroupSetup(boolean prepare) {
        this.prepare = prepare;
    }

    /** What is usable, and why the rest is not. */
    record Outcome(CgroupHost host, List<String> reasons) {}

    /**
     * Prepares the hierarchies, or only looks at them.
     *
     * @param prepare false: nothing is changed, and what could probably be enabled counts as usable
     */
    static Outcome of(CgroupHost mounted, boolean prepare) {
        CgroupSetup setup = new CgroupSetup(prepare);
        CgroupHost host = limits(setup.legacy(setup.unified(mounted)));
        return new Outcome(
                host,
                CONTROLLERS.stream()
                        .filter(controller -> !host.has(controller))
                        .map(setup::explain)
                        .toList());
    }

    private String explain(String controller) {
        String limits = (controller.equals("cpu") ? "cpus" : controller) + " limits: ";
        return limits + reasons.getOrDefault(controller, "cgroup controller '" + controller + "' is not mounted");
    }

    private CgroupHost unified(CgroupHost host) {
        if (host.unified().isEmpty()) {
            return host;
        }
        Path mount = host.unified().get();
        Set<String> offered = words(mount.resolve("cgroup.controllers"));
        // A controller that a v1 hierarchy holds is not offered, so nothing is taken twice.
        offered.retainAll(CONTROLLERS);
        Optional<String> refused = makeRoot(mount, host.root());
        if (refused.isPresent()) {
            offered.forEach(controller -> reasons.put(controller, refused.get()));
            return host.withoutUnified();
        }
        if (prepare) {
            offered.removeIf(controller -> !enableDownTo(mount, host.root(), controller));
        }
        return host.with(offered, host.swapLimit());
    }

    /** Makes the root of a hierarchy, or finds out whether that would be allowed. */
    private Optional<String> makeRoot(Path mount, String root) {
        Path directory = mount.resolve(root);
        if (!prepare) {
            Path existing = Files.exists(directory) ? directory : mount;
            return Files.isWritable(existing)
                    ? Optional.empty()
                    : Optional.of("mkdir " + directory + ": Permission denied");
        }
        try {
            CgroupFiles.create(directory);
            return Optional.empty();
        } catch (CgroupFiles.CgroupException e) {
            return Optional.of(e.getMessage());
        }
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
            reasons.put(controller, e.getMessage());
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
                LOG.debug("process {} stays in {}: {}", pid, cgroup, e.getMessage());
            }
        }
        return true;
    }

    private CgroupHost legacy(CgroupHost host) {
        CgroupHost usable = host;
        for (String controller : host.legacyCgroups(".").keySet()) {
            Optional<String> refused = makeRoot(host.legacy().get(controller), host.root());
            if (refused.isPresent()) {
                reasons.put(controller, refused.get());
                usable = usable.withoutLegacy(controller);
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
