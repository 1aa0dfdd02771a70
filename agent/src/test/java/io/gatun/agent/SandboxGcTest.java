package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.agent.store.Layout;
import io.gatun.agent.store.Sandboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SandboxGcTest {
    private static final Instant NOW = Instant.parse("2026-01-08T00:00:00Z");

    @TempDir
    Path workDir;

    private SandboxGc gc;
    private Path runs;

    @BeforeEach
    void open() throws Exception {
        Layout layout = new Layout(workDir);
        gc = new SandboxGc(layout, new Sandboxes(layout), Duration.ofDays(7), 0.1);
        runs = Files.createDirectories(workDir.resolve("slaves/S/frameworks/F/executors/E/runs"));
    }

    @Test
    void shouldRemoveOnlyOldSandboxesThatAreNotInUse() throws Exception {
        run("old", Duration.ofDays(8));
        run("used", Duration.ofDays(8));
        run("young", Duration.ofDays(1));
        SandboxGc.Outcome outcome = gc.collect(Set.of("used"), 0.0, NOW);
        assertThat(outcome.removed()).isEqualTo(1);
        assertThat(outcome.failed()).isEmpty();
        assertThat(runs.resolve("old")).doesNotExist();
        assertThat(runs.resolve("used")).exists();
        assertThat(runs.resolve("young")).exists();
    }

    @Test
    void shouldKeepShorterAsTheDiskFills() throws Exception {
        run("a", Duration.ofDays(3));
        assertThat(gc.collect(Set.of(), 0.5, NOW).removed())
                .as("kept 2.8 days at 50 %")
                .isEqualTo(1);
        run("b", Duration.ofDays(2));
        assertThat(gc.collect(Set.of(), 0.5, NOW).removed()).isZero();
        assertThat(gc.collect(Set.of(), 0.9, NOW).removed())
                .as("not kept at all without headroom")
                .isEqualTo(1);
    }

    @Test
    void shouldNotFollowLinksOutOfASandbox() throws Exception {
        Path outside = Files.createFile(
                Files.createDirectory(workDir.resolve("outside")).resolve("file"));
        Path old = run("old", Duration.ofDays(8));
        Files.createSymbolicLink(old.resolve("link"), outside.getParent());
        touch(old, Duration.ofDays(8));
        assertThat(gc.collect(Set.of(), 0.0, NOW).removed()).isEqualTo(1);
        assertThat(outside).exists();
    }

    @Test
    void shouldRemoveEmptyParentsAndTheDanglingLink() throws Exception {
        run("old", Duration.ofDays(8));
        Files.createSymbolicLink(runs.resolve("latest"), Path.of("old"));
        gc.collect(Set.of(), 0.0, NOW);
        assertThat(workDir.resolve("slaves/S")).doesNotExist();
    }

    private Path run(String id, Duration age) throws Exception {
        Path sandbox = Files.createDirectories(runs.resolve(id));
        Files.createFile(sandbox.resolve("stdout"));
        touch(sandbox, age);
        return sandbox;
    }

    private static void touch(Path sandbox, Duration age) throws Exception {
        Files.setLastModifiedTime(sandbox, FileTime.from(NOW.minus(age)));
    }
}
