package io.gatun.containerizer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything that a container can leave on a host, as text; of the pid, mount and network namespace of the caller. */
final class HostTraces {
    private static final List<String> KINDS = List.of("pid", "mnt", "ipc", "uts", "cgroup", "net", "user");

    private HostTraces() {}

    /**
     * Looks.
     *
     * @param directory of the agent; its {@code run} is listed
     * @param root of its cgroups
     */
    static String take(Path directory, String root) throws IOException, InterruptedException {
        return withoutRules(directory, root) + "\nrules:\n" + output("nft", "list", "ruleset");
    }

    /** The same for containers that have no network of their own. */
    static String withoutRules(Path directory, String root) throws IOException, InterruptedException {
        return String.join(
                "\n",
                "processes: " + processes(),
                "namespaces: " + namespaces(),
                "cgroups: " + cgroups(root),
                "mounts:\n" + Files.readString(Path.of("/proc/self/mountinfo")),
                "files: " + files(directory.resolve("run")),
                "devices: " + devices(),
                "addresses and routes:\n" + output("ip", "-o", "address") + output("ip", "-o", "route"));
    }

    /** What one has and the other has not, a line each. */
    static String difference(String expected, String found) {
        List<String> before = expected.lines().toList();
        List<String> after = found.lines().toList();
        return Stream.concat(
                        before.stream().filter(line -> !after.contains(line)).map(line -> "- " + line),
                        after.stream().filter(line -> !before.contains(line)).map(line -> "+ " + line))
                .collect(Collectors.joining("\n"));
    }

    /** Inits and what they run; the agent, its tracers and its parents change. */
    private static String processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> Proc.startTime(process.pid()).isPresent())
                .filter(process -> Proc.isInit(process.pid())
                        || process.parent()
                                .map(parent -> Proc.isInit(parent.pid()))
                                .orElse(false))
                .map(process -> Long.toString(process.pid()))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String namespaces() {
        TreeSet<String> found = new TreeSet<>();
        ProcessHandle.allProcesses()
                .filter(process -> Proc.startTime(process.pid()).isPresent())
                .forEach(process -> KINDS.forEach(kind -> {
                    try {
                        found.add(Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/" + kind))
                                .toString());
                    } catch (IOException e) {
                        // Ended meanwhile.
                    }
                }));
        return String.join(" ", found);
    }

    private static String cgroups(String root) throws IOException {
        TreeSet<String> found = new TreeSet<>();
        for (Path top : cgroupRoots(root)) {
            list(top, true, found);
        }
        return String.join(" ", found);
    }

    /** In each hierarchy of version 1, and in that of version 2 where it is the only one. */
    private static List<Path> cgroupRoots(String root) throws IOException {
        try (Stream<Path> hierarchies = Files.list(Rig.CGROUPS)) {
            return Stream.concat(Stream.of(Rig.CGROUPS), hierarchies)
                    .map(hierarchy -> hierarchy.resolve(root))
                    .filter(Files::isDirectory)
                    .toList();
        }
    }

    /** Removes cgroups whose processes have ended; the kernel takes a moment to let them go. */
    static void removeCgroups(String root) throws IOException {
        for (Path top : cgroupRoots(root)) {
            TreeSet<String> all = new TreeSet<>();
            list(top, true, all);
            // What is below comes later in this order.
            for (String path : all.descendingSet()) {
                Rig.await("no process is in " + path, () -> new File(path).delete());
            }
        }
    }

    private static String files(Path directory) {
        TreeSet<String> found = new TreeSet<>();
        list(directory, false, found);
        return String.join(" ", found);
    }

    private static void list(Path top, boolean directoriesOnly, Set<String> found) {
        try (Stream<Path> all = Files.walk(top)) {
            all.filter(path -> !directoriesOnly || Files.isDirectory(path)).forEach(path -> found.add(path.toString()));
        } catch (NoSuchFileException e) {
            // Not there, or removed meanwhile.
        } catch (IOException | UncheckedIOException e) {
            found.add(top + ": " + e.getMessage());
        }
    }

    private static String devices() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/net/dev")).stream()
                .filter(line -> line.contains(":"))
                .map(line -> line.substring(0, line.indexOf(':')).strip())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.replaceAll("(valid_lft|preferred_lft) \\S+|tentative ?", "")
                .replaceAll(" +", " ")
                .replaceAll("packets \\d+ bytes \\d+", "");
    }
}
