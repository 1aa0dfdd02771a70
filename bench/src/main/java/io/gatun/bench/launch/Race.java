package io.gatun.bench.launch;

import io.gatun.bench.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Contestants that run in turn, so that whatever else the machine does meets them all alike. */
record Race(String name, GatunContestant ours, List<Contestant> peers) {
    private static final long LONGEST_US = 60_000_000;
    private static final int DIGITS = 3;

    /**
     * Runs it.
     *
     * @param warmUp rounds that are not counted
     * @param targets the least ratio, by the peer's name
     */
    Row run(int warmUp, int rounds, Map<String, Double> targets) throws Exception {
        List<Contestant> all = new ArrayList<>(List.of(ours));
        all.addAll(peers);
        Map<String, Histogram> us = new LinkedHashMap<>();
        all.forEach(contestant -> us.put(contestant.name(), new Histogram(LONGEST_US, DIGITS)));
        for (int round = -warmUp; round < rounds; round++) {
            for (Contestant contestant : all) {
                long beginNs = System.nanoTime();
                contestant.runOnce();
                long elapsedUs = (System.nanoTime() - beginNs) / 1_000;
                if (round >= 0) {
                    us.get(contestant.name()).recordValue(Math.min(elapsedUs, LONGEST_US));
                }
            }
        }
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
