package io.gatun.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTest {
    private static final Machine MACHINE = new Machine("a machine", "6.1.0", "abc1234");

    private static Result result(Row... rows) {
        return new Result("vip", MACHINE, List.of(rows), List.of("a note"));
    }

    @Test
    void shouldWriteTheFormThatTheDesignNames(@TempDir Path folder) throws IOException {
        Row row = new Row(
                "launch",
                "ms",
                Map.of("p50", 0.5),
                Map.of("runc", Map.of("p50", 20.0)),
                Map.of("runc", 40.0),
                Map.of("runc", 10.0),
                Optional.empty());
        Path file = folder.resolve("r.json");
        result(row).write(file);
        JsonNode expected = new ObjectMapper().readTree("""
                {"bench": "vip", "commit": "abc1234", "machine": "a machine", "kernel": "6.1.0", "rows": [
                  {"name": "launch", "unit": "ms", "ours": {"p50": 0.5}, "peers": {"runc": {"p50": 20}},
                   "ratio": {"runc": 40}, "target": {"runc": 10}, "holds": true}]}
                """);
        assertThat(new ObjectMapper().readTree(Files.readString(file))).isEqualTo(expected);
    }

    @Test
    void shouldMissATargetOfOurOwnFigure() {
        Map<String, Double> target = Map.of("p99", 50.0);
        assertThat(Row.of("r", "ms", Map.of("p99", 50.0), target).holds()).isTrue();
        assertThat(Row.of("r", "ms", Map.of("p99", 50.1), target).holds()).isFalse();
        assertThat(result(Row.of("r", "ms", Map.of("p99", 50.1), target)).table())
                .contains("p99 <= 50: MISSED");
    }

    @Test
    void shouldMissARatioThatIsTooSmallOrWasNotMeasured() {
        Map<String, Double> target = Map.of("runc", 10.0);
        Row slow = new Row("r", "ms", Map.of("p50", 1.0), Map.of(), Map.of("runc", 9.9), target, Optional.empty());
        Row unknown = new Row("r", "ms", Map.of("p50", 1.0), Map.of(), Map.of(), target, Optional.empty());
        assertThat(slow.holds()).isFalse();
        assertThat(result(slow).table()).contains("runc >= 10x: MISSED");
        assertThat(unknown.holds()).isFalse();
    }

    @Test
    void shouldSayWhoIsBetter() {
        Map<String, Map<String, Double>> peers = Map.of("runc", Map.of("p50", 1.0));
        Row better = new Row("r", "ms", Map.of("p50", 0.5), peers, Map.of("runc", 2.0), Map.of(), Optional.empty());
        Row worse = new Row("r", "ms", Map.of("p50", 4.0), peers, Map.of("runc", 0.25), Map.of(), Optional.empty());
        assertThat(result(better).table()).contains("Gatun 2.0x better");
        assertThat(result(worse).table()).contains("Gatun 4.0x worse");
    }

    @Test
    void shouldSayWhyFiguresAreAbsent(@TempDir Path folder) throws IOException {
        Row row = Row.absent("IPVS", "ms", "this kernel has no ip_vs");
        assertThat(row.holds()).isFalse();
        assertThat(result(row).table()).contains("absent: this kernel has no ip_vs");
        result(row).write(folder.resolve("r.json"));
        assertThat(Files.readString(folder.resolve("r.json"))).contains("\"absent\" : \"this kernel has no ip_vs\"");
    }

    @Test
    void shouldTellPercentilesOfMicrosecondsInMilliseconds() {
        Histogram us = new Histogram(1_000_000, 3);
        for (int i = 1; i <= 100; i++) {
            us.recordValue(i);
        }
        assertThat(Row.percentilesMs(us))
                .containsEntry("p50", 0.05)
                .containsEntry("p90", 0.09)
                .containsEntry("p99", 0.099)
                .containsEntry("max", 0.1)
                .containsEntry("count", 100.0);
    }

    @Test
    void shouldNameTheProcessor() {
        assertThat(Machine.text("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n"))
                .startsWith("Some CPU @ 2 GHz, ");
        assertThat(Machine.text("processor\t: 0\n")).startsWith(System.getProperty("os.arch"));
    }
}
