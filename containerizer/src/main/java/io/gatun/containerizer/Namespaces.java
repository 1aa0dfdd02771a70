package io.gatun.containerizer;

import io.gatun.isolator.nested.Joined;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** In which namespaces a process is; /proc/PID/ns of namespaces(7). */
final class Namespaces {
    private Namespaces() {}

    /**
     * The kinds in which a process differs from this one.
     *
     * @throws IllegalArgumentException when it has ended
     */
    static Set<Joined> of(long pid) {
        EnumSet<Joined> different = EnumSet.noneOf(Joined.class);
        for (Joined kind : Joined.values()) {
            if (!link("self", kind.link()).equals(link(Long.toString(pid), kind.link()))) {
                different.add(kind);
            }
        }
        return different;
    }

    /**
     * The process through which a container is joined: its init, unless only the init's children are in its pid
     * namespace.
     */
    static long entrance(long init) {
        String id = Long.toString(init);
        if (link(id, "pid").equals(link(id, "pid_for_children"))) {
            return init;
        }
        return Proc.tree(init).stream()
                .filter(pid -> pid != init)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("process " + init + ": has ended"));
    }

    /** When a process ended, its links cannot be read. */
    private static Path link(String process, String kind) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", process, "ns", kind));
        } catch (java.nio.file.NoSuchFileException e) {
            throw new IllegalArgumentException("process " + process + ": has ended", e);
        } catch (IOException e) {
            throw new UncheckedIOException("readlink /proc/" + process + "/ns/" + kind, e);
        }
    }
}
