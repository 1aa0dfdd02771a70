package io.gatun.containerizer;

import io.gatun.ffm.SyscallException;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.IoLimit;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Row;
import io.gatun.isolator.cgroup.Controllers;
import io.gatun.isolator.cgroup.DevicesIsolator;
import io.gatun.isolator.security.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks limits against this host, and changes those of running containers. */
final class Updates {
    private static final Path BLOCK_DEVICES = Path.of("/sys/dev/block");

    private final CgroupHost host;
    private final Set<String> isolators;
    private final boolean allowUnenforced;
    private final List<Device> security;

    /** What the last container was limited to; this host does not change, and those that follow often ask for the same. */
    private volatile Optional<Limits> known = Optional.empty();

    Updates(ContainerizerConfig config, CgroupHost host) {
        this.host = host;
        this.isolators = config.isolators().names();
        this.allowUnenforced = config.allowUnenforcedLimits();
        this.security = config.security().devices();
    }

    /**
     * Refuses limits of a new container that this host does not know or cannot enforce; the latter unless the operator allowed it.
     *
     * @throws LaunchException naming field, value and rule
     */
    void requireEnforced(String id, Limits limits) {
        if (limits.io().isEmpty() && known.filter(limits::equals).isPresent()) {
            return; // with io, disks come and go
        }
        List<String> unenforced = Controllers.unenforced(limits, host, isolators);
        if (!unenforced.isEmpty() && !allowUnenforced) {
            throw new LaunchException(
                    id, String.join("; ", unenforced) + "; --allow_unenforced_limits launches without");
        }
        limits.io().forEach(limit -> requireDisk(id, limit));
        known = Optional.of(limits);
    }

    private static void requireDisk(String id, IoLimit limit) {
        Path device = BLOCK_DEVICES.resolve(limit.device());
        if (!Files.exists(device)) {
            throw new LaunchException(
                    id, "limits.io=" + limit.device() + ": must be a block device of this host, see " + BLOCK_DEVICES);
        }
        if (Files.exists(device.resolve("partition"))) {
            throw new LaunchException(
                    id,
                    "limits.io=" + limit.device() + ": must be a whole disk; the kernel does not throttle a partition");
        }
    }

    /**
     * Changes the limits of a running container: only what differs is written. A limit of memory below what is used
     * makes the kernel reclaim first; where that does not suffice v1 refuses it (EBUSY), v2 takes it and its OOM killer
     * ends the container. When a write fails, those before it are taken back.
     *
     * @throws IllegalArgumentException when it has ended, or a limit makes no sense here
     * @throws LaunchException when a limit cannot be enforced here
     * @throws CgroupFiles.CgroupException naming file, value and errno
     */
    void update(Entry entry, Limits limits) {
        requireEnforced(entry.id(), limits);
        List<String> problems = Controllers.problems(limits, host, isolators);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("container " + entry.id() + ": " + String.join("; ", problems));
        }
        synchronized (entry) {
            if (!(entry.life() instanceof Life.Running)) {
                throw new IllegalArgumentException("container " + entry.id() + ": has ended");
            }
            List<DeviceRule> nodes =
                    entry.checkpoint().config().map(Checkpoint.Config::nodes).orElse(List.of());
            Limits before = withNodes(entry.limits(), nodes);
            Limits after = withNodes(limits, nodes);
            Optional<String> parent = ContainerConfig.parentOf(entry.id());
            parent.ifPresent(id -> NestedCgroups.prepare(host, id));
            try {
                boolean free = before.devices().contains(DeviceRule.EVERYTHING);
                boolean first = parent.isPresent() && entry.limits().equals(Limits.NONE);
                changes(entry.id(), before, after, first).forEach(step -> apply(step, free));
            } catch (CgroupFiles.CgroupException | SyscallException e) {
                takeBack(entry.id(), before, after, e);
                throw e;
            }
            entry.checkpoint().update(limits);
            entry.limits(limits);
        }
    }

    /** What a container may do with the nodes of its own /dev is no limit that changes. */
    private Limits withNodes(Limits limits, List<DeviceRule> own) {
        List<DeviceRule> all =
                new ArrayList<>(DevicesIsolator.withNodes(limits, security).devices());
        all.addAll(own);
        return limits.withDevices(all);
    }

    /** @param first whether it is nested and had no limits: then nothing was written at its launch */
    private List<Row.Agent> changes(String id, Limits from, Limits to, boolean first) {
        List<Row.Agent> steps = new ArrayList<>(
                first
                        ? Controllers.first(id, to, host, isolators)
                        : Controllers.changes(id, from, to, host, isolators));
        steps.addAll(DevicesIsolator.changes(id, from, to, host));
        return steps;
    }

    /** @param free whether it could use every device until now, and so has no program */
    private void apply(Row.Agent step, boolean free) {
        if (step instanceof Row.AttachDevices devices) {
            boolean replaced = DevicePrograms.replace(devices.cgroup(), devices.rules());
            // A container that keeps the host's files is held to devices only where the isolator is selected.
            if (!replaced && (free || isolators.contains(DevicesIsolator.NAME))) {
                DevicePrograms.attach(devices.cgroup(), devices.rules());
            }
        } else {
            AgentSteps.run(step);
        }
    }

    /** Says again what was said before; the way back has an order of its own, and what was not reached stays as it is. */
    private void takeBack(String id, Limits before, Limits after, RuntimeException cause) {
        for (Row.Agent step : changes(id, after, before, false)) {
            try {
                apply(step, false);
            } catch (CgroupFiles.CgroupException | SyscallException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
