package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** All kinds of limits together. Pure. */
public final class Controllers {
    /** Isolators that limit something, in the order in which they write. */
    public static final List<Controller> ALL = List.of(
            new CpuController(),
            new MemoryController(),
            new PidsController(),
            new BlkioController(),
            new CpusetController(),
            new HugetlbController(),
            new PerfEventController());

    private Controllers() {}

    /** What {@code cgroups/all} stands for. */
    public static List<String> names() {
        List<String> names =
                new ArrayList<>(ALL.stream().map(Controller::isolator).toList());
        names.add(DevicesIsolator.NAME);
        return names;
    }

    /**
     * One of {@link #ALL} as an isolator.
     *
     * @throws java.util.NoSuchElementException for another name
     */
    public static Isolator isolator(String name) {
        return ALL.stream()
                .filter(controller -> controller.isolator().equals(name))
                .map(ControllerIsolator::new)
                .findFirst()
                .orElseThrow();
    }

    /** Limits that make no sense on this host, {@code limits.field=value: rule}. */
    public static List<String> problems(Limits limits, CgroupHost host, Set<String> isolators) {
        return ALL.stream()
                .filter(controller -> isolators.contains(controller.isolator()))
                .flatMap(controller -> controller.problems(limits, host).stream())
                .toList();
    }

    /**
     * The controllers of the kernel, of v1 and v2, that some isolators can use.
     *
     * @param isolators names as in {@code --isolation}
     */
    public static Set<String> used(Set<String> isolators) {
        Set<String> used = new LinkedHashSet<>();
        ALL.stream()
                .filter(controller -> isolators.contains(controller.isolator()))
                .forEach(controller -> used.addAll(controller.controllers()));
        if (isolators.contains(DevicesIsolator.NAME)) {
            used.add(DevicesIsolator.CONTROLLER);
        }
        return used;
    }

    /**
     * The limits of a container that will not be enforced, one line each with the reason; empty when all will.
     *
     * @param isolators that are selected
     */
    public static List<String> unenforced(Limits limits, CgroupHost host, Set<String> isolators) {
        List<String> lines = new ArrayList<>();
        for (Controller controller : ALL) {
            if (!isolators.contains(controller.isolator())) {
                refuse(lines, controller.asked(limits), "isolation lacks " + controller.isolator());
            } else if (!controller.available(host)) {
                String name = controller.controllers().getFirst();
                refuse(lines, controller.asked(limits), "cgroup controller '" + name + "' is not usable");
            } else {
                lines.addAll(controller.missing(limits, host));
            }
        }
        lines.addAll(DevicesIsolator.unenforced(host, isolators));
        return lines;
    }

    private static void refuse(List<String> lines, List<String> fields, String reason) {
        fields.forEach(field -> lines.add("limits." + field + " cannot be enforced: " + reason));
    }

    /**
     * What has to be written when the limits of a running container change, in that order; nothing where a value stays.
     *
     * @param isolators that are selected
     */
    public static List<Row.Write> changes(String id, Limits from, Limits to, CgroupHost host, Set<String> isolators) {
        return ALL.stream()
                .filter(controller -> isolators.contains(controller.isolator()))
                .flatMap(controller -> controller.changes(id, from, to, host).stream())
                .map(Setting::write)
                .toList();
    }

    /**
     * What has to be written for a container whose cgroup says what a new one does, in that order.
     *
     * @param isolators that are selected
     */
    public static List<Row.Write> first(String id, Limits limits, CgroupHost host, Set<String> isolators) {
        return ALL.stream()
                .filter(controller -> isolators.contains(controller.isolator()))
                .flatMap(controller -> first(controller, id, limits, host).stream())
                .toList();
    }

    static List<Row.Write> first(Controller controller, String id, Limits limits, CgroupHost host) {
        return controller.settings(id, limits, host).stream()
                .filter(Setting::isSet)
                .map(Setting::write)
                .toList();
    }
}
