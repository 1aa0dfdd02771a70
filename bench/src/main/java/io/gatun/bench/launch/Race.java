package io.gatun.bench.launch;

import io.gatun.bench.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Contestants that run in turn, so that whatever else the machine does meets them all alike. */
record Race(String name, Contestant ours, List<Contestant> peers) {
    private static final long LONGEST_US = 60_000_000;
    private static final int DIGITS = 3;
    /** Fewer are no measurement, however slow the machine. */
    private static final int LEAST_ROUNDS = 10;

    /** How much of it there is: rounds, and the time after which no further one begins. */
    record Length(int rounds, long atMostMs) {}

    /**
     * Runs it.
     *
     * @param warmUp launches of ours that are not counted; the others are new processes each time
     * @param targets the least ratio, by the peer's name
     */
    Row run(Length warmUp, Length length, Map<String, Double> targets) throws Exception {
        long begunMs = System.currentTimeMillis();
        for (int i = 0; i < warmUp.rounds() && System.currentTimeMillis() - begunMs < warmUp.atMostMs(); i++) {
            ours.runOnce();
        }
        List<Contestant> all = new ArrayList<>(List.of(ours));
        all.addAll(peers);
        Map<String, Histogram> us = new LinkedHashMap<>();
        all.forEach(contestant -> us.put(contestant.name(), new Histogram(LONGEST_US, DIGITS)));
        begunMs = System.currentTimeMillis();
        for (int i = 0; i < length.rounds() && !isOver(i, begunMs, length); i++) {
            for (Contestant contestant : all) {
                us.get(contestant.name()).recordValue(Math.min(contestant.runOnce() / 1_000, LONGEST_US));
                Quiet.await();
            }
        }
        return row(us, targets);
    }

    private static boolean isOver(int round, long begunMs, Length length) {
        return round >= LEAST_ROUNDS && System.currentTimeMillis() - begunMs >= length.atMostMs();
    }

    private Row row(Map<String, Histogram> us, Map<String, Double> targets) {
        Map<String, Double> figures = Row.percentilesMs(us.remove(ours.name()));
        Map<String, Map<String, Double>> others = new LinkedHashMap<>();
        Map<String, Double> ratios = new LinkedHashMap<>();
        Map<String, Double> wanted = new LinkedHashMap<>();
        us.forEach((peer, histogram) -> {
            Map<String, Double> theirs = Row.percentilesMs(histogram);
            others.put(peer, theirs);
            ratios.put(peer, theirs.get("p50") / figures.get("p50"));
            Optional.ofNullable(targets.get(peer)).ifPresent(target -> wanted.put(peer, target));
        });
        return new Row(name, "ms", figures, others, ratios, wanted, Optional.empty());
    }
}
