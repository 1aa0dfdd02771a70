package io.gatun.dist.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What exists on a machine besides files in the work_dir, by kind, to be compared before and after. */
record Leftovers(Map<Kind, Set<String>> found) {
    /** What the product creates and has to remove. */
    enum Kind {
        PROCESSES,
        CGROUPS,
        MOUNTS,
        NAMESPACES,
        DEVICES,
        ADDRESSES,
        IPVS_SERVICES,
        TEMPORARY_FILES
    }

    static Leftovers now(Place place) {
        Map<Kind, Set<String>> found = new EnumMap<>(Kind.class);
        found.put(Kind.PROCESSES, processes());
        found.put(Kind.CGROUPS, directories(Path.of("/sys/fs/cgroup")));
        found.put(Kind.MOUNTS, lines(place.run("cat", "/proc/self/mounts")));
        found.put(Kind.NAMESPACES, namespaces());
        found.put(Kind.DEVICES, lines(place.run("ls", "/sys/class/net")));
        found.put(Kind.ADDRESSES, lines(place.run("ip", "-brief", "address")));
        found.put(Kind.IPVS_SERVICES, ipvs(place));
        Set<String> temporary = new TreeSet<>();
        for (String folder : new String[] {"/tmp", "/var/tmp", "/dev/shm", "/run"}) {
            temporary.addAll(children(Path.of(folder)));
        }
        found.put(Kind.TEMPORARY_FILES, temporary);
        return new Leftovers(found);
    }

    /** What is there now and was not before. */
    Set<String> since(Leftovers before, Kind kind) {
        Set<String> more = new TreeSet<>(found.get(kind));
        more.removeAll(before.found.get(kind));
        return more;
    }

    private static Set<String> lines(String text) {
        return text.lines().collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> ipvs(Place place) {
        var result = place.attempt("ipvsadm", "--save", "--numeric");
        return result.status() == 0 ? lines(result.output()) : Set.of(); // no ip_vs, so no services
    }

    private static Set<String> processes() {
        long self = ProcessHandle.current().pid();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(p -> p.pid() != self && p.info().commandLine().isPresent())
                    .map(p -> p.pid() + " " + p.info().commandLine().orElseThrow())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Set<String> namespaces() {
        Set<String> found = new TreeSet<>();
        for (String process : children(Path.of("/proc"))) {
            Path ns = Path.of(process, "ns");
            if (Character.isDigit(Path.of(process).getFileName().toString().charAt(0))) {
                for (String link : children(ns)) {
                    read(Path.of(link)).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static Optional<String> read(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return Optional.empty(); // the process ended meanwhile
        }
    }

    private static Set<String> directories(Path root) {
        while (true) {
            try (Stream<Path> tree = Files.find(root, 16, (path, attributes) -> attributes.isDirectory())) {
                return tree.map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
            } catch (IOException e) {
                throw new UncheckedIOException("list " + root, e);
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
                // A cgroup went under way: what is left is listed anew.
            }
        }
    }

    private static Collection<String> children(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.map(Path::toString).toList();
        } catch (IOException e) {
            return Set.of(); // not there, or a process that ended meanwhile
        }
    }
}
