package io.gatun.bench.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class RecoveryBenchTest {
    @Test
    void figuresAreFoundAmongOtherLines() {
        assertThat(Figures.of(List.of("figure a 1.5", "WARN figure b 2", "figure c 3")))
                .isEqualTo(Map.of("a", 1.5, "c", 3.0));
    }

    @Test
    void aSmallLogIsWrittenOpenedAndChurned(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("result.json");
        int status = new CommandLine(new RecoveryCommand())
                .execute("--quick", "--agents=50", "--tasks=2000", "--dir=" + folder, "--json=" + json);
        assertThat(status).isZero();
        JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("rows");
        assertThat(rows.findValuesAsText("name"))
                .contains(
                        "all of it",
                        "append during a snapshot",
                        "the same, its own part",
                        "append otherwise",
                        "the processor alone, otherwise",
                        "disk");
        assertThat(rows.findValuesAsText("absent"))
                .as("so little is no reason for a snapshot")
                .hasSize(3);
    }
}
