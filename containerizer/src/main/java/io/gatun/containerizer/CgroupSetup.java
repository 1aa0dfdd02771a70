package io.gatun.containerizer;

import io.gatun.ffm.SyscallException;
import io.gatun.isolator.CgroupFeatures;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.NumberSet;
import io.gatun.isolator.cgroup.Controllers;
import io.gatun.isolator.cgroup.DevicesIsolator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final String DEVICES = DevicesIsolator.CONTROLLER;
    private static final String PERF_EVENT = "perf_event";
    private static final String CPUSET = "cpuset";
    private static final String FREEZER = "freezer";
    private static final Path KERNEL_CONTROLLERS = Path.of("/proc/cgroups");

    /** Why a controller cannot be used. */
    private final Map<String, String> reasons = new HashMap<>();

    private final Set<String> wanted;
    private final boolean prepare;

    private CgroupSetup(Set<String> isolators, boolean prepare) {
        this.wanted = Controllers.used(isolators);
        this.prepare = prepare;
    }

    /** What is usable, and why the rest is not. */
    record Outcome(CgroupHost host, List<String> reasons) {}

    /**
     * Prepares the hierarchies, or only looks at them.
     *
     * @param isolators that are selected: what none of them uses is left alone
     * @param prepare false: nothing is changed, and what could probably be enabled counts as usable
     */
    static Outcome of(CgroupHost mounted, Set<String> isolators, boolean prepare) {
        CgroupSetup setup = new CgroupSetup(isolators, prepare);
        CgroupHost host = features(setup.legacy(setup.unified(mounted)));
        List<String> lines = new ArrayList<>(Controllers.ALL.stream()
                .filter(controller -> isolators.contains(controller.isolator()) && !controller.available(host))
                .map(controller -> setup.explain(controller.controllers().getFirst()))
                .toList());
        if (isolators.contains(DevicesIsolator.NAME) && !host.has(DEVICES)) {
            lines.add(setup.explain(DEVICES));
        }
        return new Outcome(host, lines);
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
        offered.retainAll(wanted);
        Optional<String> refused = makeRoot(mount, host.root());
        if (refused.isPresent()) {
            offered.forEach(controller -> reasons.put(controller, refused.get()));
            reasons.put(DEVICES, refused.get());
            return host.withoutUnified();
        }
        if (prepare) {
            offered.removeIf(controller -> !enableDownTo(mount, host.root(), controller));
        }
        // Both need nothing of the cgroup: programs are attached to any, and every one can be counted.
        devicePrograms(mount.resolve(host.root()))
                .ifPresentOrElse(reason -> reasons.put(DEVICES, reason), () -> offered.add(DEVICES));
        if (wanted.contains(PERF_EVENT) && !host.legacy().containsKey(PERF_EVENT) && kernelHas(PERF_EVENT)) {
            offered.add(PERF_EVENT);
        }
        return host.with(offered);
    }

    private Optional<String> devicePrograms(Path root) {
        Optional<String> refusal = DevicePrograms.refusal();
        if (refusal.isPresent() || !prepare) {
            return refusal;
        }
        try {
            DevicePrograms.keepInUse(root);
            return Optional.empty();
        } catch (SyscallException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static boolean kernelHas(String controller) {
        return CgroupFiles.read(KERNEL_CONTROLLERS).stream()
                .flatMap(String::lines)
                .anyMatch(line -> line.startsWith(controller + "\t") && line.endsWith("\t1"));
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
        for (String controller : host.legacy().keySet()) {
            if (!wanted.contains(controller) && !controller.equals(FREEZER)) {
                usable = usable.withoutLegacy(controller);
            }
        }
        for (String controller : usable.legacyCgroups(".").keySet()) {
            Path mount = host.legacy().get(controller);
            Optional<String> refused = makeRoot(mount, host.root());
            if (refused.isEmpty() && prepare && controller.equals(CPUSET)) {
                refused = handOnCpuset(mount, host.root());
            }
            if (refused.isPresent()) {
                reasons.put(controller, refused.get());
                usable = usable.withoutLegacy(controller);
            }
        }
        return usable;
    }

    /** A v1 cpuset takes no process before it has processors and memory: the root gets those above it, and hands them on. */
    private static Optional<String> handOnCpuset(Path mount, String root) {
        Path above = mount;
        try {
            for (Path name : Path.of("").resolve(root)) {
                Path cgroup = above.resolve(name);
                for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
                    if (text(cgroup.resolve(file)).isEmpty()) {
                        CgroupFiles.write(cgroup.resolve(file), text(above.resolve(file)));
                    }
                }
                above = cgroup;
            }
            CgroupFiles.write(above.resolve("cgroup.clone_children"), "1");
            return Optional.empty();
        } catch (CgroupFiles.CgroupException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** What is there is known by its files; some exist below the root of a hierarchy only. */
    private static CgroupHost features(CgroupHost host) {
        Set<String> files = new HashSet<>();
        for (Path cgroup : host.cgroups(".")) {
            Path root = cgroup.normalize();
            files.addAll(CgroupFiles.names(Files.exists(root) ? root : root.getParent()));
        }
        Optional<Path> cpuset = host.cgroup(CPUSET, ".").map(Path::normalize);
        String effective = host.isUnified(CPUSET) ? "cpuset.%s.effective" : "cpuset.%s";
        return host.with(new CgroupFeatures(
                files,
                NumberSet.parse(
                        "cpus",
                        cpuset.map(c -> text(c.resolve(effective.formatted("cpus"))))
                                .orElse("")),
                NumberSet.parse(
                        "mems",
                        cpuset.map(c -> text(c.resolve(effective.formatted("mems"))))
                                .orElse(""))));
    }

    private static String text(Path file) {
        return CgroupFiles.read(file).map(String::strip).orElse("");
    }

    private static Set<String> words(Path file) {
        return CgroupFiles.read(file)
                .map(text -> new HashSet<>(List.of(text.strip().split("\\s+"))))
                .orElseGet(HashSet::new);
    }
}
