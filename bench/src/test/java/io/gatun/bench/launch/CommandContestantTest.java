package io.gatun.bench.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.bench.BenchException;
import io.gatun.isolator.Limits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandContestantTest {
    @TempDir
    private Path folder;

    @Test
    void shouldRunTheCommandOfEachRun() throws Exception {
        CommandContestant odd = new CommandContestant(
                "odd", folder.resolve("log"), run -> List.of("/bin/sh", "-c", "echo run " + run + "; exit " + run % 2));
        assertThatThrownBy(odd::runOnce)
                .isInstanceOf(BenchException.class)
                .hasMessageEndingWith("wait status 256: run 1");
        assertThat(odd.runOnce()).isPositive();
    }

    @Test
    void shouldFindProgramsByThePath() {
        assertThat(CommandContestant.find("sh"))
                .hasValueSatisfying(path -> assertThat(path).endsWith("/sh"));
        assertThat(CommandContestant.find("no-such-program")).isEmpty();
    }

    @Test
    void shouldAskOciRuntimesForTheSameLimits() throws IOException {
        OciBundle.write(folder, Path.of("/root"), Optional.of(new Limits(0.5, 64L << 20, 100)));
        JsonNode resources = new ObjectMapper()
                .readTree(folder.resolve("config.json").toFile())
                .at("/linux/resources");
        assertThat(resources.at("/cpu/quota").asLong()).isEqualTo(50_000);
        assertThat(resources.at("/cpu/period").asLong()).isEqualTo(100_000);
        assertThat(resources.at("/memory/limit").asLong()).isEqualTo(67_108_864);
        assertThat(resources.at("/pids/limit").asLong()).isEqualTo(100);
    }

    @Test
    void shouldAskForNoCgroupsWithoutLimits() throws IOException {
        OciBundle.write(folder, Path.of("/root"), Optional.empty());
        JsonNode config =
                new ObjectMapper().readTree(folder.resolve("config.json").toFile());
        assertThat(config.at("/linux/resources").isMissingNode()).isTrue();
        assertThat(config.at("/linux/namespaces")).hasSize(6);
        assertThat(config.at("/root/path").asText()).isEqualTo("/root");
    }

    @Test
    void shouldFillARootWithAProgramAndItsLibraries() throws Exception {
        RootFolder.fill(folder, List.of("/bin/true"));
        assertThat(folder.resolve("bin/true")).isExecutable();
        Process inside = new ProcessBuilder("ldd", "/bin/true").start();
        List<String> libraries = inside.inputReader().lines().toList();
        assertThat(libraries)
                .filteredOn(line -> line.contains("libc.so"))
                .allSatisfy(line -> assertThat(folder.resolve(line.replaceAll(".*=> /(\\S+) .*", "$1")))
                        .isRegularFile());
    }
}
