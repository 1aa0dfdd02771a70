package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one kind of limit means for control files, in the v1 form of a hierarchy of its own or the v2 form. Pure.
 */
public interface Controller {
    /** The isolator's name in {@code --isolation}. */
    String isolator();

    /** The controllers of the kernel that it can use, in v1 or v2; the one that enforces its limits first. */
    List<String> controllers();

    /** Whether this host has one that enforces its limits. */
    default boolean available(CgroupHost host) {
        return host.has(controllers().getFirst());
    }

    /** The fields of the limits that ask for something. */
    List<String> asked(Limits limits);

    /**
     * What a container's control files are to say, in the order in which a new cgroup takes them; empty when the host
     * has none of {@link #controllers}. Files whose limit is not asked for are listed with their normal value.
     */
    List<Setting> settings(String id, Limits limits, CgroupHost host);

    /** Limits that are asked for and that the kernel cannot enforce although it has the controller, one line each. */
    default List<String> missing(Limits limits, CgroupHost host) {
        return List.of();
    }

    /** Limits that make no sense on this host, {@code limits.field=value: rule}. */
    default List<String> problems(Limits limits, CgroupHost host) {
        return List.of();
    }

    /** What has to be written when the limits of a running container change, in that order. */
    default List<Setting> changes(String id, Limits from, Limits to, CgroupHost host) {
        return differences(settings(id, from, host), settings(id, to, host));
    }

    /** Settings of {@code to} that {@code from} has not; what only {@code from} has is lifted. */
    static List<Setting> differences(List<Setting> from, List<Setting> to) {
        List<Setting> changes = new ArrayList<>();
        for (Setting setting : to) {
            Optional<Setting> before = from.stream().filter(setting::sameAs).findFirst();
            if (!setting.value().equals(before.map(Setting::value).orElse(setting.normal()))) {
                changes.add(setting);
            }
        }
        for (Setting setting : from) {
            if (setting.isSet() && to.stream().noneMatch(setting::sameAs)) {
                changes.add(setting.lifted());
            }
        }
        return changes;
    }
}
