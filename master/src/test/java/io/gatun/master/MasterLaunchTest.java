package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.flags.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Starts that must fail with one line, and the end. */
class MasterLaunchTest {
    @TempDir
    Path workDir;

    static Stream<Arguments> wrongFlags() {
        return Stream.of(
                wrong((flags, text) -> flags.allocationInterval = text, "fast", "--allocation_interval=fast"),
                wrong((flags, text) -> flags.agentPingTimeout = text, "10ms", "--agent_ping_timeout=10ms"),
                wrong((flags, text) -> flags.agentReregisterTimeout = text, "9secs", "is less than 10secs"),
                wrong((flags, text) -> flags.agentRemovalRateLimit = text, "1 per min", "such as 1/10mins"),
                wrong((flags, text) -> flags.agentRemovalRateLimit = text, "0/1mins", "0 per 60000 ms"),
                wrong((flags, text) -> flags.agentRemovalLimit = text, "0.5", "--agent_removal_limit=0.5"),
                wrong((flags, text) -> flags.recoveryAgentRemovalLimit = text, "101%", "from 0% to 100%"),
                wrong(
                        (flags, text) -> flags.registryMaxAgentCount = Integer.parseInt(text),
                        "102401",
                        "from 1 to 102400"),
                wrong((flags, text) -> flags.weights = text, "a=-1", "weight of role 'a' must be positive"),
                wrong((flags, text) -> flags.weights = text, "a", "is not of the form role=weight"),
                wrong((flags, text) -> flags.roles = text, "a,/b", "slash"),
                wrong((flags, text) -> flags.zk = text, "http://x", "--zk=http://x"),
                wrong((flags, text) -> flags.minAllocatableResources = text, "cpus:x", "cpus:x"),
                wrong((flags, text) -> flags.quorum = Integer.parseInt(text), "3", "--quorum=3"),
                wrong(
                        (flags, text) -> flags.maxAgentPingTimeouts = Integer.parseInt(text),
                        "0",
                        "--max_agent_ping_timeouts=0"));
    }

    private static Arguments wrong(BiConsumer<MasterFlags, String> change, String text, String message) {
        return Arguments.of(change, text, message);
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("wrongFlags")
    void shouldNameTheFlagThatIsWrong(BiConsumer<MasterFlags, String> change, String text, String message) {
        MasterFlags flags = RunningMaster.flags(workDir);
        change.accept(flags, text);
        assertThatThrownBy(() -> Master.launch(flags))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldSayThatThePortIsBusy() {
        try (RunningMaster first = RunningMaster.in(workDir)) {
            MasterFlags flags = RunningMaster.flags(workDir.resolve("other"));
            flags.port = first.master.port();
            assertThatThrownBy(() -> Master.launch(flags))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("port " + first.master.port())
                    .hasMessageContaining("busy");
        }
    }

    @Test
    void shouldSayThatAnotherMasterUsesTheWorkDir() {
        try (RunningMaster first = RunningMaster.in(workDir)) {
            assertThat(first.master.recovered()).isTrue();
            assertThatThrownBy(() -> RunningMaster.in(workDir))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("another master uses this work_dir");
        }
    }

    @Test
    void shouldNotStartOnADamagedRegistry() throws Exception {
        RunningMaster.in(workDir).close();
        Path mark = workDir.resolve("registry").resolve("acknowledged");
        try (Stream<Path> files = Files.walk(workDir)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".cq4")).toList()) {
                Files.delete(file);
            }
        }
        assertThat(mark).exists();
        assertThatThrownBy(() -> RunningMaster.in(workDir))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("log-0000000000")
                .hasMessageContaining("acknowledged up to position 0");
    }

    @Test
    void shouldCloseWithinTwoSecondsWithStreamsOpen() {
        RunningMaster master = RunningMaster.in(workDir);
        try (FakeAgent agent = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:1;mem:64").build());
                FakeScheduler scheduler = FakeScheduler.subscribed(
                        master, MediaType.JSON, FakeScheduler.info().build())) {
            long start = System.nanoTime();
            master.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            agent.inbox.awaitEnd();
            scheduler.inbox.awaitEnd();
            assertThat(master.master.terminated()).isCompleted();
        }
    }
}
