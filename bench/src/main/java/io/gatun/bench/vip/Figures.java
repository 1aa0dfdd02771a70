package io.gatun.bench.vip;

import io.gatun.bench.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** How long each kind of change took to be seen in each place, since either clock. Not thread-safe. */
final class Figures {
    /** What happens to a task. */
    enum Change {
        /** TASK_RUNNING, to the first answer that has it. */
        RUNNING("TASK_RUNNING to"),
        /** A terminal state, to the first answer that lacks it. */
        ENDED("end of task to no");

        private final String text;

        Change(String text) {
            this.text = text;
        }
    }

    /** Where it is seen. */
    enum Place {
        A("A answer"),
        SRV("SRV answer"),
        IPVS("IPVS backend");

        private final String text;

        Place(String text) {
            this.text = text;
        }
    }

    /** Since when the time is taken. */
    enum Since {
        UPDATE("update"),
        AGENT("agent");

        private final String text;

        Since(String text) {
            this.text = text;
        }
    }

    private static final double TARGET_P99_MS = 50;
    private static final long LONGEST_US = 60_000_000;
    private static final int DIGITS = 3;
    private static final long NS_PER_US = 1_000;

    private final Map<Change, Map<Place, Map<Since, Histogram>>> us = new EnumMap<>(Change.class);
    private long changes;
    private long early;

    /** Notes one; a change that was seen before the clock began took no time. */
    void record(Change change, Place place, Since since, long ns) {
        histogram(change, place, since).recordValue(Math.clamp(ns / NS_PER_US, 0, LONGEST_US));
        if (since == Since.UPDATE && place != Place.IPVS) {
            changes++;
            early += ns <= 0 ? 1 : 0;
        }
    }

    private Histogram histogram(Change change, Place place, Since since) {
        return us.computeIfAbsent(change, unused -> new EnumMap<>(Place.class))
                .computeIfAbsent(place, unused -> new EnumMap<>(Since.class))
                .computeIfAbsent(since, unused -> new Histogram(LONGEST_US, DIGITS));
    }

    /** DNS records that appeared or disappeared. */
    long changes() {
        return changes;
    }

    /** How many of these the scheduler heard of later than DNS clients could. */
    long early() {
        return early;
    }

    /** @param noIpvs why IPVS was not looked at; empty when it was */
    List<Row> rows(Optional<String> noIpvs) {
        List<Row> rows = new ArrayList<>();
        for (Change change : Change.values()) {
            for (Place place : Place.values()) {
                for (Since since : Since.values()) {
                    String name = change.text + " " + place.text + " (" + since.text + ")";
                    rows.add(
                            place == Place.IPVS && noIpvs.isPresent()
                                    ? Row.absent(name, "ms", noIpvs.get())
                                    : Row.of(
                                            name,
                                            "ms",
                                            Row.percentilesMs(histogram(change, place, since)),
                                            Map.of("p99", TARGET_P99_MS)));
                }
            }
        }
        return rows;
    }
}
