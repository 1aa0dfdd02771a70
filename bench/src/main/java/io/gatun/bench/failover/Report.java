package io.gatun.bench.failover;

import io.gatun.bench.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** An exercise as figures. */
final class Report {
    /** Of which the percentiles are to hold. */
    static final int RUNS = 50;

    private static final Map<String, Double> TARGET = Map.of("p50", 2_000.0, "p99", 4_000.0);
    private static final int DIGITS = 3;
    private static final double US_PER_MS = 1_000;

    private Report() {}

    static List<Row> rows(List<Fault> faults, Exercise.Result result) {
        List<Row> rows = new ArrayList<>();
        rows.add(row("any fault: next leader takes writes", result, episode -> true, Episode::acceptedMs, TARGET));
        for (Fault fault : faults) {
            rows.add(
                    row("  " + fault.text(), result, episode -> episode.fault() == fault, Episode::acceptedMs, TARGET));
        }
        rows.add(row("framework subscribed to it", result, episode -> true, Episode::subscribedMs, Map.of()));
        rows.add(row("all agents linked to it", result, episode -> true, Episode::agentsMs, Map.of()));
        return rows;
    }

    private static Row row(
            String name,
            Exercise.Result result,
            Predicate<Episode> which,
            ToDoubleFunction<Episode> figure,
            Map<String, Double> target) {
        Histogram us = new Histogram(DIGITS);
        result.episodes().stream()
                .filter(which)
                .forEach(episode -> us.recordValue(Math.max(0, (long) (figure.applyAsDouble(episode) * US_PER_MS))));
        return us.getTotalCount() == 0
                ? Row.absent(name, "ms", "no such fault in this run")
                : Row.of(name, "ms", Row.percentilesMs(us), target);
    }

    static List<String> notes(Exercise.Plan plan, Exercise.Result result) {
        List<String> notes = new ArrayList<>(result.counts());
        notes.add("What clients of the registers saw: " + result.verdict());
        notes.add(
                result.problems().isEmpty()
                        ? "Every task is accounted for."
                        : result.problems().size() + " tasks are not accounted for, see below.");
        notes.add("Seed " + plan.seed() + ", ZooKeeper tick " + plan.settings().tickMs() + " ms, session "
                + plan.settings().sessionMs() + " ms; ZooKeeper, three masters and " + Cluster.AGENTS
                + " agents in processes and network namespaces of their own on this machine.");
        notes.add("A figure begins when the fault is in force, or with the last write that the old leader did; it ends"
                + " when the next leader has acknowledged a write.");
        return notes;
    }
}
