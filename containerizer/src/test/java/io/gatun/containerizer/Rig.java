package io.gatun.containerizer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A containerizer on directories and cgroups of its own, and questions to the kernel about what it left behind. */
final class Rig implements AutoCloseable {
    static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final long WAIT_S = 240;

    final String root = "gatun-test-" + ProcessHandle.current().pid();
    final Path directory;
    final ContainerizerConfig config;
    LinuxContainerizer containerizer;

    Rig(Path directory) {
        this(directory, UnaryOperator.identity());
    }

    Rig(Path directory, UnaryOperator<ContainerizerConfig> configured) {
        this.directory = directory;
        this.config = configured.apply(new ContainerizerConfig(directory.resolve("run"), root, false));
        this.containerizer = LinuxContainerizer.open(config);
    }

    ContainerConfig config(String id, Limits limits, String... argv) {
        return config(id, limits, Optional.empty(), argv);
    }

    ContainerConfig config(String id, Limits limits, Optional<String> user, String... argv) {
        Path sandbox = directory.resolve("sandbox-" + id);
        try {
            Files.createDirectories(sandbox);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ContainerConfig(
                id,
                List.of(argv),
                Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "GREETING", "hello world"),
                sandbox,
                user,
                limits,
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
    }

    ContainerConfig shell(String id, Limits limits, String script) {
        return config(id, limits, "/bin/sh", "-c", script);
    }

    Container launch(ContainerConfig container) {
        return containerizer.launch(container);
    }

    Termination end(String id) {
        try {
            return containerizer.termination(id).get(WAIT_S, SECONDS);
        } catch (Exception e) {
            throw new AssertionError("container " + id + " did not end", e);
        }
    }

    Termination run(ContainerConfig container) {
        launch(container);
        return end(container.id());
    }

    String stdout(String id) {
        return text(directory.resolve("sandbox-" + id).resolve("stdout"));
    }

    String stderr(String id) {
        return text(directory.resolve("sandbox-" + id).resolve("stderr"));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    private static void await(Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + WAIT_S * 1_000_000_000;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Closes and opens it again, as an agent that is restarted does. */
    void restart(Set<String> expected) {
        containerizer.close();
        reopen(expected);
    }

    /** Opens it after it was closed. */
    void reopen(Set<String> expected) {
        containerizer = LinuxContainerizer.open(config);
        containerizer.recover(expected);
    }

    /**
     * Every process that executes our init, on the whole machine, in a cgroup of this process' tests: others may run
     * beside them. A cgroup cannot be removed before its last process, so none is missed.
     */
    static Set<Long> inits() {
        Set<Long> found = new TreeSet<>();
        ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(Proc::isInit)
                .filter(pid -> Proc.read(Path.of("/proc/" + pid + "/cgroup"))
                        .orElse("")
                        .contains("gatun-test-" + ProcessHandle.current().pid()))
                .forEach(found::add);
        return found;
    }

    /** Every cgroup of ours, in every hierarchy, besides the roots. */
    List<Path> cgroups() {
        return find(4, path -> path.getParent().endsWith(root));
    }

    List<Path> roots() {
        return find(2, path -> path.endsWith(root));
    }

    /** Cgroups of whatever name, in every hierarchy; those of others may come and go while it looks. */
    static List<Path> find(int depth, Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(CGROUPS, Set.of(), depth, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return visit(directory, attributes);
                }

                /** Directories at the depth are visited as files are. */
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    return visit(file, attributes);
                }

                private FileVisitResult visit(Path path, BasicFileAttributes attributes) {
                    if (attributes.isDirectory() && wanted.test(path)) {
                        found.add(path);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
                    return gone(e);
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    return e == null ? FileVisitResult.CONTINUE : gone(e);
                }

                private static FileVisitResult gone(IOException e) throws IOException {
                    if (e instanceof NoSuchFileException
                            || String.valueOf(e.getMessage()).contains("No such device")) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> mounts() {
        return text(Path.of("/proc/self/mountinfo")).lines().sorted().toList();
    }

    static List<String> descriptors() {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            open.forEach(fd -> {
                try {
                    targets.add(Files.readSymbolicLink(fd).toString().replaceAll("\\d+", "N"));
                } catch (IOException e) {
                    // The descriptor of this very listing.
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        targets.sort(String::compareTo);
        return targets;
    }

    /** Waits until this process has no more open of anything than it had: the JVM opens files for moments, too. */
    static void assertNothingOpenBeyond(List<String> before) {
        await(
                () -> "beyond " + before + ": " + beyond(before),
                () -> beyond(before).isEmpty());
    }

    private static List<String> beyond(List<String> before) {
        List<String> more = descriptors();
        before.forEach(more::remove);
        return more;
    }

    /**
     * The namespaces of this process' containers, and of all that is in the same cgroups as this process; one that ended
     * but was not reaped by the machine's process 1 is none. Others may have containers of theirs beside it.
     */
    static Set<String> namespaces() {
        Set<String> found = new TreeSet<>();
        String own = Proc.read(Path.of("/proc/self/cgroup")).orElse("");
        ProcessHandle.allProcesses()
                .filter(process -> Proc.startTime(process.pid()).isPresent())
                .filter(process -> {
                    String cgroup = Proc.read(Path.of("/proc/" + process.pid() + "/cgroup"))
                            .orElse("");
                    return cgroup.equals(own)
                            || cgroup.contains(
                                    "gatun-test-" + ProcessHandle.current().pid());
                })
                .forEach(process -> {
                    for (String kind : List.of("pid", "mnt", "ipc", "uts", "cgroup")) {
                        try {
                            found.add(Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/" + kind))
                                    .toString());
                        } catch (IOException e) {
                            // Ended meanwhile.
                        }
                    }
                });
        return found;
    }

    /** Nothing of a container is left: no process, cgroup or checkpoint. */
    void assertNothingLeft() {
        assertThat(inits()).as("processes").isEmpty();
        assertThat(cgroups()).as("cgroups").isEmpty();
        assertThat(directory.resolve("run/containers")).as("checkpoints").isEmptyDirectory();
    }

    @Override
    public void close() {
        containerizer
                .containers()
                .forEach(container -> containerizer.destroy(container.id()).join());
        containerizer.close();
        assertThat(roots()).as("root cgroups").isEmpty();
    }
}
