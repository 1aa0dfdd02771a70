package io.gatun.containerizer.docker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.process.Credentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real dockerd in namespaces of its own (mounts, network, processes), on directories and cgroups of its own. A shell is
 * its process 1: when the test ends, in whatever way, the shell's input ends, and all is gone with it.
 */
final class Dockerd implements AutoCloseable {
    private static final long START_S = 240;
    private static final String IMAGE = "gatun/box:1";

    final Path directory;
    final Path socket;
    private final String cgroup = "gatun-dockerd-" + ProcessHandle.current().pid();
    private final Process shell;
    private final PrintStream commands;
    private final BufferedReader answers;

    private Dockerd(Path directory) throws IOException {
        this.directory = directory;
        this.socket = directory.resolve("docker.sock");
        String script =
                "ip link set lo up; mount -t tmpfs tmpfs /run; echo ready; while read -r line; do eval \"$line\"; done";
        shell = new ProcessBuilder(
                        "unshare",
                        "-m",
                        "-n",
                        "-p",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        script)
                .redirectError(directory.resolve("shell.err").toFile())
                .start();
        commands = new PrintStream(shell.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = shell.inputReader(StandardCharsets.UTF_8);
        if (!"ready".equals(answers.readLine())) {
            throw new IllegalStateException(Files.readString(directory.resolve("shell.err")));
        }
    }

    /** Starts one, with an image of busybox in it. Skips the test, with the reason, where that is not possible. */
    static Dockerd start(Path directory) throws IOException {
        for (String program : List.of("/usr/sbin/dockerd", "/usr/bin/docker", "/usr/sbin/runc", "/bin/busybox")) {
            assumeTrue(Files.isExecutable(Path.of(program)), program + " is not installed");
        }
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        Dockerd dockerd = new Dockerd(directory);
        dockerd.run();
        dockerd.importImage();
        return dockerd;
    }

    /** The image that is there. */
    static String image() {
        return IMAGE;
    }

    /** Starts the daemon, again where it gave up because its containerd was slow to start, and waits until it answers. */
    void run() {
        startDaemon();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_S);
        while (!answersPing()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("dockerd does not answer: " + log());
            }
            // One that has ended has no program any more, even while nobody has reaped it.
            if (!in("[ -e /proc/$d/exe ] && echo runs").contains("runs")) {
                startDaemon();
            }
            pause();
        }
    }

    private void startDaemon() {
        commands.println(
                "dockerd --data-root " + directory.resolve("data") + " --exec-root " + directory.resolve("exec")
                        + " -p " + directory.resolve("pid") + " -H unix://" + socket
                        + " --live-restore --cgroup-parent /" + cgroup
                        + " >> " + directory.resolve("dockerd.log") + " 2>&1 & d=$!");
    }

    private boolean answersPing() {
        try (Engine engine = new Engine(socket)) {
            engine.ping();
            return true;
        } catch (EngineException e) {
            return false;
        }
    }

    /** As a crash ends it: containers and their shims run on. */
    void crash() {
        in(end("-9") + "; pkill -9 containerd$; rm -f " + directory.resolve("pid") + " " + socket);
    }

    private String end(String option) {
        return "p=$(cat " + directory.resolve("pid") + "); kill " + option
                + " $p; while [ -d /proc/$p ]; do sleep 0.05; done";
    }

    /** Runs a line of shell inside, and waits for it. */
    String in(String line) {
        commands.println("{ " + line + "; } > " + directory.resolve("out") + " 2>&1; echo done");
        try {
            answers.readLine();
            return Files.readString(directory.resolve("out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The docker program, which only tests use. */
    String docker(String arguments) {
        return in("docker -H unix://" + socket + " " + arguments);
    }

    private void importImage() throws IOException {
        Path root = directory.resolve("box");
        List<Path> files = new ArrayList<>(List.of(Path.of("/bin/busybox").toRealPath()));
        try (BufferedReader ldd =
                new ProcessBuilder("ldd", "/bin/busybox").start().inputReader(StandardCharsets.UTF_8)) {
            ldd.lines()
                    .flatMap(line -> Stream.of(line.trim().split("\\s+")))
                    .filter(word -> word.startsWith("/"))
                    .forEach(word -> files.add(Path.of(word)));
        }
        for (Path file : files) {
            Path copy = root.resolve(
                    file.equals(files.getFirst())
                            ? "bin/busybox"
                            : file.toString().substring(1));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
        for (String name : List.of(
                "sh",
                "sleep",
                "cat",
                "echo",
                "seq",
                "tail",
                "env",
                "id",
                "stty",
                "httpd",
                "wget",
                "true",
                "hostname",
                "grep")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
        }
        Files.createDirectories(root.resolve("tmp"));
        String out = in("tar -C " + root + " -c . | docker -H unix://" + socket
                + " import -c 'ENV FROM_IMAGE=yes' -c 'CMD [\"/bin/echo\", \"default\"]' - " + IMAGE);
        if (!out.contains("sha256:")) {
            throw new AssertionError("docker import: " + out + log());
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("dockerd.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        in(end("-15"));
        commands.close();
        try {
            if (!shell.waitFor(START_S, TimeUnit.SECONDS)) {
                throw new AssertionError("the shell around dockerd does not end");
            }
            removeCgroups();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The engine leaves the parents of its containers' cgroups behind. */
    private void removeCgroups() {
        try (Stream<Path> all = Files.find(Path.of("/sys/fs/cgroup"), 3, (path, a) -> path.endsWith(cgroup))) {
            for (Path group : all.toList()) {
                try (Stream<Path> below = Files.list(group)) {
                    for (Path child : below.filter(Files::isDirectory).toList()) {
                        Files.deleteIfExists(child);
                    }
                }
                Files.deleteIfExists(group);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
