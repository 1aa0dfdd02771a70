package io.gatun.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.bench.Row;
import io.gatun.testkit.history.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Verdict GOOD = new Verdict(Verdict.Kind.LINEARIZABLE, 10, 20, "");

    @Test
    void shouldHaveARowForAllFaultsAndForEach() {
        List<Row> rows = Report.rows(
                List.of(Fault.KILLED, Fault.PAUSED, Fault.MUTE),
                result(GOOD, List.of(), episode(Fault.KILLED, 1_000), episode(Fault.PAUSED, 5_000)));
        assertThat(rows)
                .extracting(Row::name)
                .startsWith("any fault: next leader takes writes", "  killed", "  paused");
        assertThat(rows.get(0).ours()).containsEntry("count", 2.0);
        assertThat(rows.get(0).holds()).as("5 s at the 99th percentile").isFalse();
        assertThat(rows.get(1).holds()).isTrue();
        assertThat(rows.get(3).absent()).isPresent();
    }

    @Test
    void shouldSayWhatWasLost() {
        Exercise.Result bad =
                result(new Verdict(Verdict.Kind.VIOLATED, 10, 20, "no place Read"), List.of("ran more than once: x"));
        assertThat(bad.good()).isFalse();
        assertThat(Report.notes(plan(), bad))
                .anyMatch(line -> line.contains("VIOLATED"))
                .anyMatch(line -> line.startsWith("1 tasks are not accounted for"));
        assertThat(result(GOOD, List.of()).good()).isTrue();
        assertThat(result(GOOD, List.of("x")).good()).isFalse();
    }

    private static Exercise.Plan plan() {
        return new Exercise.Plan(List.of(Fault.KILLED), 1, Duration.ofSeconds(1), 7, Settings.RECOMMENDED);
    }

    private static Exercise.Result result(Verdict verdict, List<String> problems, Episode... episodes) {
        return new Exercise.Result(List.of(episodes), verdict, problems, List.of());
    }

    private static Episode episode(Fault fault, double acceptedMs) {
        return new Episode(fault, 0, 1, acceptedMs, acceptedMs + 100, acceptedMs + 200);
    }
}
