package io.gatun.ipvs;

import io.gatun.mesos.names.DnsLabel;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Tasks to virtual IPs: a pure function of its arguments, whatever their order. */
final class VipTableBuilder {
    /** A virtual IP before its address is known: {@code name} is empty when {@code literal} is given. */
    private record Wanted(String name, Optional<Inet4Address> literal, VipProtocol protocol, int port)
            implements Comparable<Wanted> {
        @Override
        public int compareTo(Wanted other) {
            return toString().compareTo(other.toString());
        }
    }

    private record Place(Inet4Address address, int port) {}

    private final Map<Wanted, Map<Place, VipBackend>> backends = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private VipTableBuilder() {}

    static VipTable build(VipRange range, Collection<VipTask> tasks) {
        return build(range, tasks, Map.of());
    }

    static VipTable build(VipRange range, Collection<VipTask> tasks, Map<String, Inet4Address> settled) {
        VipTableBuilder builder = new VipTableBuilder();
        tasks.stream().filter(VipTask::serves).forEach(builder::add);
        return builder.table(range, settled);
    }

    private void add(VipTask task) {
        // One task's bad label must not cost the others their virtual IPs.
        try {
            for (VipTask.Claim claim : task.claims()) {
                add(task, claim);
            }
        } catch (IllegalArgumentException e) {
            problem(task, e);
        }
    }

    private void add(VipTask task, VipTask.Claim claim) {
        try {
            VipLabel label = VipLabel.parse(claim.value());
            Wanted wanted = new Wanted(name(task, label), label.address(), claim.protocol(), label.port());
            Map<Place, VipBackend> places = backends.computeIfAbsent(wanted, key -> new HashMap<>());
            for (VipBackend backend : claim.backends()) {
                places.merge(
                        new Place(backend.address(), backend.port()),
                        backend,
                        (a, b) -> a.weight() >= b.weight() ? a : b);
            }
        } catch (IllegalArgumentException e) {
            problem(task, new IllegalArgumentException("label " + claim.key() + ": " + e.getMessage(), e));
        }
    }

    private static String name(VipTask task, VipLabel label) {
        if (label.address().isPresent()) {
            return "";
        }
        String framework = DnsLabel.domain(task.framework());
        return framework.isEmpty() ? label.name() : label.name() + "." + framework;
    }

    private void problem(VipTask task, IllegalArgumentException e) {
        problems.add("task " + task.task().getTaskId().getValue() + ": " + e.getMessage());
    }

    private VipTable table(VipRange range, Map<String, Inet4Address> settled) {
        Set<String> names = new HashSet<>();
        Set<Inet4Address> literals = new HashSet<>();
        for (Wanted wanted : backends.keySet()) {
            wanted.literal().ifPresentOrElse(literals::add, () -> names.add(wanted.name()));
        }
        Map<String, Inet4Address> addresses = VipAddresses.assign(range, names, literals, settled);
        List<Vip> vips = new ArrayList<>();
        backends.forEach((wanted, places) -> {
            Inet4Address address = wanted.literal().orElseGet(() -> addresses.get(wanted.name()));
            Optional<String> name = wanted.literal().isPresent() ? Optional.empty() : Optional.of(wanted.name());
            vips.add(new Vip(name, wanted.protocol(), address, wanted.port(), List.copyOf(places.values())));
        });
        problems.sort(null);
        return new VipTable(vips, problems);
    }
}
