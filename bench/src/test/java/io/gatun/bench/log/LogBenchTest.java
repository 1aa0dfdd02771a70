package io.gatun.bench.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.bench.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogBenchTest {
    private static final Level LEVEL = new Level(256, 4096);

    @Test
    void aLineKeepsWhatWasMeasured() {
        Measured measured = new Measured(LEVEL, 1234.5, 10.5, 99.25, 1000, 77);
        assertThat(Measured.isOne(measured.line())).isTrue();
        assertThat(Measured.parse(measured.line())).isEqualTo(measured);
        assertThat(Measured.isOne("leading")).isFalse();
    }

    @Test
    void ratiosSayHowMuchBetterGatunIsWhateverTheUnit() {
        Measured ours = new Measured(LEVEL, 5_000, 100, 300, 900, 1);
        Measured theirs = new Measured(LEVEL, 1_000, 400, 200, 900, 1);
        List<Row> rows = LogRows.of(List.of(ours), Map.of("zookeeper", List.of(theirs)));
        assertThat(rows)
                .extracting(Row::name)
                .containsExactly("256 writers, 4 KiB", "256 writers, 4 KiB, p50", "256 writers, 4 KiB, p99");
        assertThat(rows).extracting(row -> row.ratio().get("zookeeper")).containsExactly(5.0, 4.0, 200.0 / 300);
        assertThat(rows).extracting(Row::holds).containsExactly(true, true, false);
    }

    @Test
    void threeReplicasAreStartedAndLoaded(@TempDir Path folder) throws Exception {
        try (Ensemble gatun = new GatunSystem(folder)) {
            gatun.start();
            List<Measured> measured = gatun.load(List.of(new Level(4, 256)), 100, 3_000);
            assertThat(measured).hasSize(1);
            assertThat(measured.getFirst().count()).isPositive();
        }
    }
}
