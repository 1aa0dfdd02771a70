package io.gatun.bench.log;

import io.gatun.bench.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Figures as lines of a result: throughput, p50 and p99 of each level, each with its targets. */
final class LogRows {
    private static final int MANY = 256;
    private static final double THROUGHPUT_TARGET = 5.0;
    /** Lower than the peer's. */
    private static final double LATENCY_TARGET = 1.0;

    private LogRows() {}

    static List<Row> of(List<Measured> ours, Map<String, List<Measured>> peers) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            int index = i;
            Measured own = ours.get(i);
            Map<String, Measured> others = new LinkedHashMap<>();
            peers.forEach((name, measured) -> others.put(name, measured.get(index)));
            String level = own.level().text();
            rows.add(throughput(level, own, others));
            rows.add(latency(level + ", p50", own, others, Measured::p50Us));
            rows.add(latency(level + ", p99", own, others, Measured::p99Us));
        }
        return rows;
    }

    private static Row throughput(String level, Measured own, Map<String, Measured> others) {
        return row(
                level,
                "1/s",
                own,
                others,
                Measured::perSecond,
                false,
                own.level().writers() == MANY ? THROUGHPUT_TARGET : LATENCY_TARGET);
    }

    private static Row latency(
            String name, Measured own, Map<String, Measured> others, ToDoubleFunction<Measured> figure) {
        return row(name, "us", own, others, figure, true, LATENCY_TARGET);
    }

    private static Row row(
            String name,
            String unit,
            Measured own,
            Map<String, Measured> others,
            ToDoubleFunction<Measured> figure,
            boolean lessIsBetter,
            double target) {
        Map<String, Map<String, Double>> theirs = new LinkedHashMap<>();
        Map<String, Double> ratios = new LinkedHashMap<>();
        Map<String, Double> targets = new LinkedHashMap<>();
        double mine = figure.applyAsDouble(own);
        others.forEach((peer, measured) -> {
            double other = figure.applyAsDouble(measured);
            theirs.put(peer, Map.of("value", rounded(other)));
            ratios.put(peer, lessIsBetter ? other / mine : mine / other);
            targets.put(peer, target);
        });
        return new Row(name, unit, Map.of("value", rounded(mine)), theirs, ratios, targets, Optional.empty());
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
