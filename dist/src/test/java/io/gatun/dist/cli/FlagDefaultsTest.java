package io.gatun.dist.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.agent.AgentFlags;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FlagDefaultsTest {
    @TempDir
    Path etc;

    private AgentFlags parse(Map<String, String> environment, String... arguments) {
        AgentFlags flags = new AgentFlags();
        new CommandLine(flags)
                .setDefaultValueProvider(new FlagDefaults("agent", environment, etc))
                .parseArgs(arguments);
        return flags;
    }

    @Test
    void shouldKeepItsOwnDefaultWhenNobodySaysAnything() {
        assertThat(parse(Map.of()).port).isEqualTo(5051);
    }

    @Test
    void shouldReadTheRolesFile() throws IOException {
        Files.writeString(etc.resolve("agent.properties"), "# ours\nport=7000\nattributes=rack:a\n");
        assertThat(parse(Map.of()).port).isEqualTo(7000);
        assertThat(parse(Map.of()).attributes).isEqualTo("rack:a");
    }

    @Test
    void shouldPreferCommandLineThenGatunThenMesosThenFile() throws IOException {
        Files.writeString(etc.resolve("agent.properties"), "port=7000");
        assertThat(parse(Map.of("MESOS_PORT", "7001")).port).isEqualTo(7001);
        assertThat(parse(Map.of("MESOS_PORT", "7001", "GATUN_PORT", "7002")).port)
                .isEqualTo(7002);
        assertThat(parse(Map.of("GATUN_PORT", "7002"), "--port", "7003").port).isEqualTo(7003);
    }

    @Test
    void shouldNotReadAnotherSystemsVariable() {
        assertThat(parse(Map.of("MARATHON_PORT", "7001")).port).isEqualTo(5051);
    }

    @Test
    void shouldNameTheFileThatCannotBeRead() throws IOException {
        Path file = Files.writeString(etc.resolve("agent.properties"), "port=\\u12");
        assertThatThrownBy(() -> parse(Map.of()))
                .hasCauseInstanceOf(StartupException.class)
                .hasMessageContaining(file.toString());
    }
}
