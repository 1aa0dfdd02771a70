package io.gatun.bench.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.bench.Row;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private final Figures figures = new Figures();

    private Row row(String name) {
        return figures.rows(Optional.of("no ip_vs")).stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldKeepChangesPlacesAndClocksApart() {
        figures.record(Figures.Change.RUNNING, Figures.Place.A, Figures.Since.UPDATE, 3_000_000);
        figures.record(Figures.Change.RUNNING, Figures.Place.A, Figures.Since.AGENT, 7_000_000);
        assertThat(row("TASK_RUNNING to A answer (update)").ours().get("max")).isBetween(2.99, 3.01);
        assertThat(row("TASK_RUNNING to A answer (agent)").ours().get("max")).isBetween(6.99, 7.01);
        assertThat(row("end of task to no A answer (update)").ours()).containsEntry("count", 0.0);
    }

    @Test
    void shouldCountWhatWasThereBeforeTheSchedulerHeardAsNoTime() {
        figures.record(Figures.Change.ENDED, Figures.Place.SRV, Figures.Since.UPDATE, -2_000_000);
        figures.record(Figures.Change.ENDED, Figures.Place.SRV, Figures.Since.UPDATE, 2_000_000);
        assertThat(figures.changes()).isEqualTo(2);
        assertThat(figures.early()).isEqualTo(1);
        assertThat(row("end of task to no SRV answer (update)").ours()).containsEntry("p50", 0.0);
    }

    @Test
    void shouldMissTheTargetAtMoreThanFiftyMilliseconds() {
        figures.record(Figures.Change.RUNNING, Figures.Place.SRV, Figures.Since.UPDATE, 60_000_000);
        assertThat(row("TASK_RUNNING to SRV answer (update)").holds()).isFalse();
    }

    @Test
    void shouldSayWhyIpvsIsAbsent() {
        List<Row> absent = figures.rows(Optional.of("no ip_vs")).stream()
                .filter(row -> row.absent().isPresent())
                .toList();
        assertThat(absent).hasSize(4).allMatch(row -> row.name().contains("IPVS"));
    }
}
