package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Row;
import io.gatun.isolator.security.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code cgroups/devices}: a container may open the usual devices and those that its limits name. On v2 by a program
 * of type BPF_PROG_TYPE_CGROUP_DEVICE, "Device controller" in cgroup-v2.rst; on v1 by lists, cgroup-v1/devices.rst. A
 * container with a root of its own is held to this even where the isolator is not selected, if the host can attach
 * programs: whoever is root in an image could otherwise make himself a node of the host's disk.
 */
public final class DevicesIsolator implements Isolator {
    /** In {@code --isolation}. */
    public static final String NAME = "cgroups/devices";

    /** Of the kernel; on v2 it stands for the programs that took its place. */
    public static final String CONTROLLER = "devices";

    private final boolean selected;

    private DevicesIsolator(boolean selected) {
        this.selected = selected;
    }

    /** For containers that keep the host's files: when selected by name. */
    public static DevicesIsolator named() {
        return new DevicesIsolator(true);
    }

    /** For containers with a root of their own: always. */
    public static DevicesIsolator always() {
        return new DevicesIsolator(false);
    }

    @Override
    public List<Row> rows(LaunchContext launch) {
        ContainerConfig config = launch.config();
        CgroupHost host = launch.host().cgroups();
        // One of the two is for this container.
        return config.filesystem().isolated() == selected
                ? List.of()
                : List.copyOf(restriction(
                        config.id(),
                        withNodes(config.limits(), launch.confinement().devices()),
                        host));
    }

    /** The same limits with what may be done with the nodes of a container's /dev. */
    public static Limits withNodes(Limits limits, List<Device> nodes) {
        Set<DeviceRule> rules = new LinkedHashSet<>(limits.devices());
        nodes.forEach(node -> rules.add(DeviceRule.parse(node.rule())));
        return limits.withDevices(List.copyOf(rules));
    }

    private static List<Row.Agent> restriction(String id, Limits limits, CgroupHost host) {
        Set<DeviceRule> rules = allowed(limits);
        Optional<Path> cgroup = host.cgroup(CONTROLLER, id);
        List<Row.Agent> rows = new ArrayList<>();
        if (cgroup.isEmpty() || rules.contains(DeviceRule.EVERYTHING)) {
            return rows;
        }
        if (host.isUnified(CONTROLLER)) {
            rows.add(new Row.AttachDevices(cgroup.get(), List.copyOf(rules)));
        } else {
            rows.add(new Row.Write(cgroup.get().resolve("devices.deny"), "a"));
            rules.forEach(rule -> rows.add(allow(cgroup.get(), rule)));
        }
        return rows;
    }

    private static Row.Write allow(Path cgroup, DeviceRule rule) {
        return new Row.Write(cgroup.resolve("devices.allow"), rule.toString());
    }

    private static Set<DeviceRule> allowed(Limits limits) {
        Set<DeviceRule> rules = new LinkedHashSet<>(DeviceRule.USUAL);
        rules.addAll(limits.devices());
        return rules;
    }

    /**
     * What has to be done when the devices of a running container change. On v2 one program takes the place of the
     * other; on v1 what is new is allowed first, so that nothing that stays is refused in between.
     */
    public static List<Row.Agent> changes(String id, Limits from, Limits to, CgroupHost host) {
        Set<DeviceRule> before = allowed(from);
        Set<DeviceRule> after = allowed(to);
        if (before.equals(after)) {
            return List.of();
        }
        Optional<Path> cgroup = host.cgroup(CONTROLLER, id);
        if (cgroup.isEmpty()) {
            return List.of();
        }
        if (host.isUnified(CONTROLLER)) {
            return List.of(new Row.AttachDevices(cgroup.get(), List.copyOf(after)));
        }
        if (after.contains(DeviceRule.EVERYTHING)) {
            return List.of(allow(cgroup.get(), DeviceRule.EVERYTHING));
        }
        if (before.contains(DeviceRule.EVERYTHING)) {
            return restriction(id, to, host);
        }
        List<Row.Agent> rows = new ArrayList<>();
        after.stream().filter(rule -> !before.contains(rule)).forEach(rule -> rows.add(allow(cgroup.get(), rule)));
        before.stream()
                .filter(rule -> !after.contains(rule))
                .forEach(rule -> rows.add(new Row.Write(cgroup.get().resolve("devices.deny"), rule.toString())));
        return rows;
    }

    static List<String> unenforced(CgroupHost host, Set<String> isolators) {
        return isolators.contains(NAME) && !host.has(CONTROLLER)
                ? List.of("limits.devices cannot be enforced: neither device programs (bpf) nor cgroup controller"
                        + " 'devices' are usable")
                : List.of();
    }
}
