package io.gatun.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HelpTest {
    @Test
    void shouldNameEveryBenchmarkInTheHelpOfGatun() throws IOException {
        try (InputStream in = io.gatun.dist.Main.class.getResourceAsStream("help.txt")) {
            String help = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(Main.commandLine().getSubcommands().keySet())
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(help).containsPattern("(?m)^ {18}" + name + " "));
        }
    }
}
