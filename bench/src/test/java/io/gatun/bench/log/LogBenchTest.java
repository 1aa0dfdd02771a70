package io.gatun.bench.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gatun.bench.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogBenchTest {
    private static final Level LEVEL = new Level(256, 4096);

    @Test
    void aLineKeepsWhatWasMeasured() {
        Measured measured = measured(2.5, 10_000, 99_250);
        assertThat(Measured.isOne(measured.line())).isTrue();
        assertThat(Measured.parse(measured.line())).isEqualTo(measured);
        assertThat(Measured.isOne("leading")).isFalse();
    }

    @Test
    void turnsAreOneMeasurement() {
        Measured both = measured(2, 1_000_000, 1_000_000, 1_000_000).plus(measured(3, 5_000_000, 5_000_000));
        assertThat(both.count()).isEqualTo(5);
        assertThat(both.perSecond()).isEqualTo(1.0);
        assertThat(both.p50Us()).isCloseTo(1_000, within(1.0));
        assertThat(both.p99Us()).isCloseTo(5_000, within(5.0));
    }

    @Test
    void aLevelIsAnArgument() {
        assertThat(Level.parse(LEVEL.argument())).isEqualTo(LEVEL);
        assertThat(new Level(1, 256).text()).isEqualTo("1 writer, 256 B");
    }

    @Test
    void ratiosSayHowMuchBetterGatunIsWhateverTheUnit() {
        Measured ours = measured(1, 100_000, 100_000, 100_000, 100_000, 300_000);
        Measured theirs = measured(3, 400_000, 400_000, 200_000);
        List<Row> rows = LogRows.of(List.of(ours), Map.of("zookeeper", List.of(theirs)));
        assertThat(rows)
                .extracting(Row::name)
                .containsExactly("256 writers, 4 KiB", "256 writers, 4 KiB, p50", "256 writers, 4 KiB, p99");
        assertThat(rows)
                .extracting(row -> row.ratio().get("zookeeper"))
                .satisfiesExactly(
                        throughput -> assertThat(throughput).isEqualTo(5.0),
                        p50 -> assertThat(p50).isCloseTo(4.0, within(0.01)),
                        p99 -> assertThat(p99).isCloseTo(4.0 / 3, within(0.01)));
        assertThat(rows).extracting(Row::holds).containsExactly(true, true, true);
        assertThat(LogRows.of(List.of(theirs), Map.of("etcd", List.of(ours))))
                .extracting(Row::holds)
                .containsOnly(false);
    }

    private static Measured measured(double seconds, long... latenciesNs) {
        Histogram latencies = new Histogram(60_000_000_000L, 3);
        for (long ns : latenciesNs) {
            latencies.recordValue(ns);
        }
        return new Measured(LEVEL, seconds, latencies);
    }

    @Test
    void threeReplicasAreStartedAndLoaded(@TempDir Path folder) throws Exception {
        try (Ensemble gatun = new GatunSystem(folder)) {
            gatun.start();
            gatun.connect();
            assertThat(gatun.load(new Level(4, 256), 100, 1_500).count()).isPositive();
            Measured again = gatun.load(new Level(2, 4096), 100, 1_500);
            assertThat(again.level()).isEqualTo(new Level(2, 4096));
            assertThat(again.count()).isPositive();
        }
    }
}
