package io.gatun.isolator.selection;

import io.gatun.isolator.Host;
import io.gatun.isolator.HostReader;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Row;
import io.gatun.isolator.cgroup.Controllers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The isolators that an agent uses: those that every container needs, and those that {@code --isolation} names. They run
 * in the order of {@link Catalogue}, whatever the order of the names, as in Mesos.
 */
public final class Isolators {
    private static final Map<String, List<String>> ALIASES = Map.of(
            "process", List.of("posix/cpu", "posix/mem"),
            "cgroups", List.of("cgroups/cpu", "cgroups/mem"),
            "cgroups/all", Controllers.names(),
            "posix/disk", List.of("disk/du"));

    private final Set<String> names;
    private final List<Isolator> isolators;
    private final List<HostReader> readers;

    private Isolators(Set<String> names) {
        this.names = names;
        this.isolators = Catalogue.ENTRIES.stream()
                .filter(entry -> entry.always() || names.contains(entry.name()))
                .map(Catalogue.Entry::isolator)
                .toList();
        this.readers = isolators.stream()
                .filter(HostReader.class::isInstance)
                .map(HostReader.class::cast)
                .toList();
    }

    /** What an agent uses that was not told otherwise. */
    public static Isolators standard() {
        return parse(Catalogue.STANDARD);
    }

    /**
     * Selects isolators. Without any network/* of its own it gets network/cni, as in Mesos; network/ports does not count.
     *
     * @param isolation names, separated by commas, in any order; aliases as in Mesos
     * @throws IllegalArgumentException naming the one that is unknown, or two that exclude each other
     */
    public static Isolators parse(String isolation) {
        Set<String> names = new LinkedHashSet<>();
        for (String part : isolation.split(",", -1)) {
            String name = part.strip();
            for (String real : ALIASES.getOrDefault(name, List.of(name))) {
                if (Catalogue.find(real).isEmpty()) {
                    throw new IllegalArgumentException("isolation=" + isolation + ": unknown isolator '" + name
                            + "'; known are " + String.join(", ", Catalogue.names()) + ", and the short forms "
                            + ALIASES.keySet().stream().sorted().collect(Collectors.joining(", ")));
                }
                names.add(real);
            }
        }
        requireOne(isolation, names, "filesystem/", Set.of());
        requireOne(isolation, names, "network/", Set.of("network/ports"));
        if (names.stream().noneMatch(name -> name.startsWith("network/") && !name.equals("network/ports"))) {
            names.add("network/cni");
        }
        return new Isolators(names);
    }

    private static void requireOne(String isolation, Set<String> names, String prefix, Set<String> exempt) {
        List<String> found = names.stream()
                .filter(name -> name.startsWith(prefix) && !exempt.contains(name))
                .toList();
        if (found.size() > 1) {
            throw new IllegalArgumentException(
                    "isolation=" + isolation + ": at most one of " + prefix + "*, but got " + String.join(", ", found));
        }
    }

    /** Whether an isolator was selected. */
    public boolean has(String name) {
        return names.contains(name);
    }

    /** The names that were selected, aliases resolved. */
    public Set<String> names() {
        return Set.copyOf(names);
    }

    /** A host, without the namespaces that no container is to have. */
    public Host select(Host host) {
        Host selected = has("namespaces/pid") ? host : host.without(Namespace.PID);
        return has("namespaces/ipc") ? selected : selected.without(Namespace.IPC);
    }

    /** The plan of a launch: a function of the context and of {@link #found}. */
    public LaunchPlan plan(LaunchContext launch) {
        List<Row> rows = new ArrayList<>();
        isolators.forEach(isolator -> rows.addAll(isolator.rows(launch)));
        return LaunchPlan.of(rows);
    }

    /** What of the host's files the plan of a container without volumes depends on. */
    public List<Object> found(LaunchContext launch) {
        List<Object> found = new ArrayList<>(readers.size());
        for (HostReader reader : readers) {
            found.add(reader.found(launch));
        }
        return found;
    }

    /** Why a container cannot be launched, one line each, naming field, value and rule; empty when it can. */
    public List<String> problems(LaunchContext launch) {
        List<String> problems = new ArrayList<>();
        isolators.forEach(isolator -> problems.addAll(isolator.problems(launch)));
        problems.addAll(missing(launch));
        return problems;
    }

    /** Those of the {@link #problems} that come and go with files of the host. */
    public List<String> missing(LaunchContext launch) {
        List<String> missing = new ArrayList<>();
        for (HostReader reader : readers) {
            missing.addAll(reader.missing(launch));
        }
        return missing;
    }
}
