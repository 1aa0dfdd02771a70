package io.gatun.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class CliTest {
    private final CommandLine gatun = Cli.commandLine();

    @Test
    void shouldNameEveryCommandInTheHelp() throws IOException {
        try (InputStream in = Main.class.getResourceAsStream("help.txt")) {
            String help = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(gatun.getSubcommands().keySet())
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(help).containsPattern("(?m)^  " + name + " "));
            assertThat(help.lines())
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(120));
        }
    }

    @Test
    void shouldDescribeEveryFlagAndNameItAsMesosDoes() {
        gatun.getSubcommands().forEach((name, command) -> {
            for (OptionSpec option : command.getCommandSpec().options()) {
                String flag = name + " " + option.longestName();
                assertThat(option.description()).as(flag).isNotEmpty();
                assertThat(option.longestName()).as(flag).matches("--[a-z0-9_]+");
                assertThat(option.longestName())
                        .as(flag)
                        .isEqualTo(option.longestName().toLowerCase(Locale.ROOT));
            }
        });
    }

    @Test
    void shouldRefuseAnUnknownFlagWithStatusTwo() {
        StringWriter err = new StringWriter();
        gatun.setErr(new PrintWriter(err));
        assertThat(gatun.execute("up", "--wrok_dir", "/x")).isEqualTo(2);
        assertThat(err.toString()).contains("--wrok_dir").contains("--work_dir");
    }

    @Test
    void shouldTellTheVersionsThatABugReportNeeds() throws IOException {
        assertThat(Main.version().lines()).hasSize(3).first().asString().matches("gatun \\d+\\.\\d+\\..*");
    }
}
