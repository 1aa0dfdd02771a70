package io.gatun.containerizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.RootFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers of one kind, one after the other: the first two are planned by themselves, those that follow run the plan that
 * was made of these. As root on a real kernel, whatever the cgroup version.
 */
@Timeout(900)
abstract class KnownPlansContract {
    private static final Limits MODEST = new Limits(1, 64L << 20, 50);
    private static final Limits OTHER = new Limits(0.5, 48L << 20, 40);
    /** More than it takes to make a kind of them. */
    private static final int CONTAINERS = 5;

    /** Of what ldd(1) prints. */
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    private static final String WHO =
            "while read name id rest; do case $name in Uid: | Gid:) echo $id;; esac; done" + " < /proc/self/status; ";

    @TempDir
    Path directory;

    Rig rig;

    @BeforeEach
    void open() {
        rig = new Rig(directory);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Tells its names, then its arguments, one a line, then what is in its environment. */
    private ContainerConfig teller(String id, Limits limits, String argument, Map<String, String> environment) {
        return rig.config(
                        id,
                        limits,
                        "/bin/sh",
                        "-c",
                        "read name < /proc/sys/kernel/hostname; echo $name; pwd; echo \"$GREETING\"; echo \"$ONLY\"; for a; do echo \"<$a>\"; done",
                        "sh",
                        argument,
                        "last")
                .withEnvironment(environment);
    }

    private void assertTells(String id, Limits limits, String argument, Map<String, String> environment) {
        ContainerConfig config = teller(id, limits, argument, environment);
        assertThat(rig.run(config).waitStatus()).as(() -> rig.stderr(id)).isZero();
        assertThat(rig.stdout(id).lines())
                .containsExactly(
                        id,
                        directory.resolve("sandbox-" + id).toString(),
                        environment.getOrDefault("GREETING", ""),
                        environment.getOrDefault("ONLY", ""),
                        "<" + argument + ">",
                        "<last>");
        assertThat(rig.stderr(id)).isEmpty();
        rig.containerizer.remove(id);
    }

    private static Map<String, String> environment(int i) {
        Map<String, String> common = Map.of("PATH", "/usr/bin:/bin", "GREETING", "hello \u00e4 ".repeat(i));
        return i % 2 == 0 ? common : Map.of("PATH", "/bin:/usr/bin", "ONLY", "of " + i);
    }

    @Test
    void shouldTellEveryContainerItsOwnNames() {
        for (int i = 0; i < CONTAINERS; i++) {
            assertTells("c" + "x".repeat(9 * i), MODEST, "a" + "\u20ac".repeat(40 * i), environment(i));
        }
        assertTells("other", OTHER, "of another kind", environment(0));
        assertTells("again", MODEST, "of the first kind", environment(1));
        rig.assertNothingLeft();
    }

    @Test
    void shouldHoldEveryContainerToTheLimitsOfItsKind() {
        for (int i = 0; i < CONTAINERS; i++) {
            Limits limits = i == CONTAINERS - 2 ? OTHER : MODEST;
            rig.launch(rig.config("n" + i, limits, "sleep", "60"));
            assertThat(rig.containerizer.usage("n" + i).memLimitBytes()).isEqualTo(limits.memoryBytes());
            assertThat(rig.containerizer.usage("n" + i).processes()).isEqualTo(2);
        }
    }

    /** In namespaces that were made ahead, as many as there are. */
    @Test
    void shouldTellEveryContainerItsOwnNamesInARootOfItsOwn() throws IOException {
        Path root = root();
        for (int i = 0; i < CONTAINERS; i++) {
            String id = "own" + i;
            ContainerConfig config = inside(root, teller(id, MODEST, "a" + i, environment(i)));
            assertThat(rig.run(config).waitStatus()).as(() -> rig.stderr(id)).isZero();
            assertThat(rig.stdout(id).lines())
                    .containsExactly(
                            id,
                            Filesystem.SANDBOX_DIRECTORY,
                            environment(i).getOrDefault("GREETING", ""),
                            environment(i).getOrDefault("ONLY", ""),
                            "<a" + i + ">",
                            "<last>");
            rig.containerizer.remove(id);
        }
        rig.assertNothingLeft();
    }

    @Test
    void shouldNameTheProgramThatIsNotThere() {
        for (int i = 0; i < CONTAINERS; i++) {
            String id = "none" + i;
            ContainerConfig config = rig.config(id, MODEST, "./program");
            assertThatThrownBy(() -> rig.launch(config))
                    .isInstanceOf(LaunchException.class)
                    .hasMessage("container " + id + ": execve ./program: ENOENT (No such file or directory)");
        }
        rig.assertNothingLeft();
    }

    @Test
    void shouldNameTheSandboxThatIsNotThere() throws IOException {
        Path there = Files.createDirectory(directory.resolve("there"));
        for (int i = 0; i < CONTAINERS; i++) {
            assertThat(rig.run(sandboxed("there" + i, there)).waitStatus()).isZero();
            rig.containerizer.remove("there" + i);
            Path gone = directory.resolve("gone" + i);
            ContainerConfig config = sandboxed("gone" + i, gone);
            assertThatThrownBy(() -> rig.launch(config))
                    .isInstanceOf(LaunchException.class)
                    .hasMessage(
                            "container " + config.id() + ": chdir " + gone + ": ENOENT (No such file or directory)");
        }
        rig.assertNothingLeft();
    }

    private ContainerConfig sandboxed(String id, Path sandbox) {
        return new ContainerConfig(
                id,
                List.of("/bin/true"),
                Map.of(),
                sandbox,
                Optional.empty(),
                MODEST,
                directory.resolve(id + ".out"),
                directory.resolve(id + ".err"));
    }

    @Test
    void shouldRunAsTheUserThatTheRootSaysNow() throws IOException {
        Path root = root();
        for (int i = 0; i < 2 * CONTAINERS; i++) {
            if (i == CONTAINERS) {
                passwd(root, 4343);
            }
            String id = "user" + i;
            ContainerConfig config =
                    inside(root, rig.config(id, MODEST, Optional.of("www"), "/bin/sh", "-c", WHO + ": > mine"));
            assertThat(rig.run(config).waitStatus()).as(() -> rig.stderr(id)).isZero();
            int uid = i < CONTAINERS ? 4242 : 4343;
            assertThat(rig.stdout(id).lines()).containsExactly("" + uid, "" + uid);
            assertThat(Files.getAttribute(config.sandbox().resolve("mine"), "unix:uid"))
                    .isEqualTo(uid);
            rig.containerizer.remove(id);
        }
    }

    @Test
    void shouldFindThatARootIsGone() throws IOException {
        Path root = root();
        for (int i = 0; i < CONTAINERS; i++) {
            rig.run(inside(root, rig.shell("own" + i, MODEST, "exit 0")));
            rig.containerizer.remove("own" + i);
        }
        Path moved = Files.move(root, directory.resolve("moved"));
        assertThatThrownBy(() -> rig.launch(inside(root, rig.shell("late", MODEST, "exit 0"))))
                .hasMessageEndingWith("filesystem.root.path=" + root + ": does not exist");
        Files.move(moved, root);
        assertThat(rig.run(inside(root, rig.shell("back", MODEST, "exit 0"))).waitStatus())
                .isZero();
    }

    private static ContainerConfig inside(Path root, ContainerConfig config) {
        return config.with(Filesystem.DEFAULT.with(new RootFs.Directory(root))).with(new NetworkConfig.None());
    }

    /** A shell and what it is linked with: volumes, which other tests have in a root, would give each container a plan of its own. */
    private Path root() throws IOException {
        Path root = Files.createDirectories(directory.resolve("root/etc")).getParent();
        Process ldd = new ProcessBuilder("ldd", "/bin/sh").start();
        copy(root, "/bin/sh");
        for (MatchResult library : LIBRARY.matcher(
                        new String(ldd.getInputStream().readAllBytes(), UTF_8))
                .results()
                .toList()) {
            copy(root, library.group(1));
        }
        passwd(root, 4242);
        return root;
    }

    private static void copy(Path root, String file) throws IOException {
        Path copy = root.resolve(file.substring(1));
        Files.createDirectories(copy.getParent());
        Files.copy(Path.of(file), copy);
    }

    private static void passwd(Path root, int uid) throws IOException {
        Files.writeString(root.resolve("etc/passwd"), "www:x:" + uid + ":" + uid + "::/:/bin/sh\n");
    }
}
