package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
