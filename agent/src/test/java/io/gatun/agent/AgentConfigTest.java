package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.DeviceRule;
import io.gatun.mesos.flags.StartupException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class AgentConfigTest {
    @Test
    void shouldDeriveWhatIsNotGiven() {
        AgentFlags flags = new AgentFlags();
        flags.workDir = Path.of("/a/../w");
        AgentConfig config = AgentConfig.of(flags);
        assertThat(config.workDir()).hasToString("/w");
        assertThat(config.runtimeDir()).hasToString("/w/run");
        assertThat(config.hostname()).isEqualTo("127.0.0.1");
    }

    @Test
    void shouldAdvertiseAnAddressThatIsNotTheWildcard() {
        AgentFlags flags = new AgentFlags();
        flags.ip = "0.0.0.0";
        assertThat(AgentConfig.of(flags).advertisedIp()).isNotEqualTo("0.0.0.0");
    }

    @Test
    void shouldNameFlagTextAndRule() {
        refuses(flags -> flags.port = 70_000, "--port=70000: must be 0 to 65535");
        refuses(flags -> flags.recover = "maybe", "--recover=maybe: must be reconnect or cleanup");
        refuses(flags -> flags.gcDelay = "1 week", "--gc_delay=1 week: ");
        refuses(flags -> flags.gcDiskHeadroom = Double.NaN, "--gc_disk_headroom=NaN: must be 0.0 to 1.0");
        refuses(flags -> flags.containerPidsLimit = -1, "--container_pids_limit=-1: must not be negative");
    }

    @Test
    void shouldRefuseEventsAndDevicesThatAreNone() {
        refuses(flags -> flags.perfEvents = "cycles,nothing", "--perf_events: perf_events=cycles,nothing: unknown");
        refuses(flags -> flags.perfDuration = "2mins", "--perf_events: perf_duration=PT2M: must be at most");
        refuses(flags -> flags.allowedDevices = "[]", "--allowed_devices=[]: ");
        refuses(
                flags -> flags.allowedDevices = device("/dev/null", ""),
                "--allowed_devices=/dev/null: access must have read, write or mknod");
        refuses(
                flags -> flags.allowedDevices = device("/etc/passwd", "\"read\":true"),
                "--allowed_devices=/etc/passwd: must be a block or character device");
        refuses(
                flags -> flags.allowedDevices = device("/nowhere", "\"read\":true"),
                "--allowed_devices=/nowhere: cannot");
    }

    @Test
    void shouldLookUpAllowedDevices() {
        AgentFlags flags = new AgentFlags();
        flags.allowedDevices = device("/dev/full", "\"read\":true,\"mknod\":true");
        assertThat(AgentConfig.of(flags).allowedDevices()).containsExactly(DeviceRule.parse("c 1:7 rm"));
    }

    private static String device(String path, String access) {
        return "{\"allowed_devices\":[{\"device\":{\"path\":\"" + path + "\"},\"access\":{" + access + "}}]}";
    }

    @Test
    void shouldParseFlagsByTheirMesosNames() {
        AgentFlags flags = new AgentFlags();
        new CommandLine(new Command(flags))
                .parseArgs("--port=0", "--switch_user=false", "--work_dir=/x", "--attributes=rack:a");
        assertThat(flags.port).isZero();
        assertThat(flags.switchUser).isFalse();
        assertThat(flags.workDir).hasToString("/x");
        assertThat(FlagTexts.of(flags))
                .containsEntry("port", "0")
                .containsEntry("switch_user", "false")
                .containsEntry("attributes", "rack:a")
                .doesNotContainKey("resources");
    }

    private static void refuses(Consumer<AgentFlags> change, String message) {
        AgentFlags flags = new AgentFlags();
        change.accept(flags);
        assertThatThrownBy(() -> AgentConfig.of(flags))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(message);
    }

    @CommandLine.Command(name = "agent")
    static final class Command {
        @CommandLine.Mixin
        final AgentFlags flags;

        Command(AgentFlags flags) {
            this.flags = flags;
        }
    }
}
