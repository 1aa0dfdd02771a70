package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent is killed with SIGKILL, another one comes: what it finds, and that nothing else is there. */
@Timeout(900)
abstract class CrashContract {
    private static final int ROUNDS = 4;
    private static final int MAX_DELAY_MS = 400;

    @TempDir
    Path directory;

    private Process startAgent(Path sandbox) throws IOException {
        Files.createDirectories(sandbox);
        Files.deleteIfExists(sandbox.resolve("launched"));
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--") || argument.startsWith("-X"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                CrashingAgent.class.getName(),
                directory.resolve("run").toString(),
                "gatun-test-" + ProcessHandle.current().pid(),
                sandbox.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile())
                .start();
    }

    private Path crash(int delayMs) throws IOException, InterruptedException {
        Path sandbox = directory.resolve("sandbox");
        Process agent = startAgent(sandbox);
        Rig.await(
                "containers: " + Rig.text(directory.resolve("agent.log")),
                () -> Files.exists(sandbox.resolve("launched")) || !agent.isAlive());
        assertThat(agent.isAlive())
                .as(() -> Rig.text(directory.resolve("agent.log")))
                .isTrue();
        Thread.sleep(delayMs);
        agent.destroyForcibly().waitFor();
        return sandbox;
    }

    @Test
    void shouldTakeOverAndReportWhatEndedMeanwhile() throws IOException, InterruptedException {
        Path sandbox = crash(0);
        assertThat(Rig.inits()).as("containers outlive the agent").hasSizeGreaterThanOrEqualTo(3);
        Files.writeString(sandbox.resolve("end"), "");
        Rig.await("end of one", () -> Rig.inits().size() < 4 && ended("ends"));
        try (Rig rig = new Rig(directory)) {
            rig.containerizer.recover(Set.of("steady", "ends"));
            assertThat(rig.containerizer.containers())
                    .extracting(Container::id)
                    .containsExactlyInAnyOrder("steady", "steady.inner");
            assertThat(rig.end("ends"))
                    .isEqualTo(new Termination("ends", 6 << 8, Optional.empty(), "exited with status 6"));
            rig.containerizer.destroy("steady").join();
            assertThat(rig.end("steady").signal()).isEqualTo(9);
            assertThat(rig.end("steady.inner").signal()).isEqualTo(9);
            rig.containerizer.remove("steady");
            rig.containerizer.remove("ends");
            rig.assertNothingLeft();
        }
    }

    private boolean ended(String id) {
        return new Checkpoint(directory.resolve("run/containers").resolve(id))
                .waitStatus()
                .isPresent();
    }

    @Test
    void shouldLeaveNothingBehindWheneverTheAgentIsKilled() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<String> mounts = Rig.mounts();
            Set<String> namespaces = Rig.namespaces();
            crash(random.nextInt(MAX_DELAY_MS));
            try (Rig rig = new Rig(directory)) {
                rig.containerizer.recover(Set.of());
                rig.assertNothingLeft();
                assertThat(Rig.mounts()).as("mounts, seed " + seed).isEqualTo(mounts);
                assertThat(Rig.namespaces()).as("namespaces, seed " + seed).isSubsetOf(namespaces);
            }
        }
    }

    @Test
    void shouldReportALaunchThatWasInterrupted() {
        try (Rig rig = new Rig(directory)) {
            new Checkpoint(directory.resolve("run/containers/half"))
                    .create(rig.config("half", io.gatun.isolator.Limits.NONE, "true"));
            rig.restart(Set.of("half"));
            assertThat(rig.end("half"))
                    .isEqualTo(new Termination(
                            "half", -1, Optional.empty(), "the agent died while it launched the container"));
            rig.containerizer.remove("half");
            rig.assertNothingLeft();
        }
    }

    @Test
    void shouldTellTheSameEndAgainAfterARestart() {
        try (Rig rig = new Rig(directory)) {
            Termination first = rig.run(rig.shell("done", io.gatun.isolator.Limits.NONE, "exit 8"));
            rig.restart(Set.of("done"));
            assertThat(rig.end("done")).isEqualTo(first);
            assertThat(rig.containerizer.containers()).isEmpty();
        }
    }
}
