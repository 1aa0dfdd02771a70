package io.gatun.bench.recovery;

import io.gatun.bench.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lines of a result, from what the parts told. */
final class RecoveryRows {
    private static final double RECOVERY_MAX_MS = 3_000;
    /** What is asked of an append; where the disk alone takes longer, none can be faster. */
    static final long PAUSE_MAX_MS = 10;

    /** Some ten times what the disk takes for 4 KiB when nothing stands in the way: longer is the machine's doing. */
    static final double MACHINES_OWN_MS = 2.5;

    private static final double MIB = 1 << 20;

    /** Of a directory: two snapshots, a quarter of one and 64 MiB as entries, half as much again while one is written. */
    private static final double SNAPSHOTS_ON_DISK = 3;

    private static final double ENTRIES_ON_DISK_MIB = 320;

    private RecoveryRows() {}

    /** @param opened each start, the fastest first */
    static List<Row> opened(List<Map<String, Double>> opened) {
        List<Row> rows = new ArrayList<>();
        rows.add(phase(opened, "files", "files read and written again", Map.of()));
        rows.add(phase(opened, "restored", "registry restored", Map.of()));
        rows.add(phase(opened, "applied", "entries applied, leading", Map.of()));
        rows.add(phase(opened, "ready", "term takes calls", Map.of()));
        rows.add(phase(opened, "total", "all of it", Map.of("p50", RECOVERY_MAX_MS)));
        Map<String, Double> last = opened.getLast();
        Map<String, Double> memory = new LinkedHashMap<>();
        memory.put("live", last.get("heap_live"));
        memory.put("peak", last.get("heap_peak"));
        memory.put("process", last.get("rss_peak"));
        rows.add(Row.of("heap", "MiB", memory, Map.of()));
        return rows;
    }

    private static Row phase(List<Map<String, Double>> opened, String figure, String name, Map<String, Double> target) {
        List<Double> sorted =
                opened.stream().map(figures -> figures.get(figure)).sorted().toList();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("p50", sorted.get((sorted.size() - 1) / 2));
        figures.put("max", sorted.getLast());
        figures.put("count", (double) sorted.size());
        return Row.of(name, "ms", figures, target);
    }

    static List<Row> churned(Map<String, Double> built, Map<String, Double> churned) {
        double bound = SNAPSHOTS_ON_DISK * built.get("state_bytes") / MIB + ENTRIES_ON_DISK_MIB;
        boolean due = churned.get("meanwhile_count") > 0;
        return List.of(
                during("append during a snapshot", due, percentiles(churned, "meanwhile")),
                during(
                        "the same, but for the disk's stalls",
                        due,
                        Map.of("max", churned.get("meanwhile_but_for_stalls"))),
                during("the same, its own part", due, Map.of("max", churned.get("meanwhile_own"))),
                Row.of("append otherwise", "ms", percentiles(churned, "otherwise"), Map.of()),
                Row.of("the disk alone, during it", "ms", percentiles(churned, "disk_meanwhile"), Map.of()),
                Row.of("the disk alone, otherwise", "ms", percentiles(churned, "disk_otherwise"), Map.of()),
                Row.of("the processor alone, during it", "ms", percentiles(churned, "late_meanwhile"), Map.of()),
                Row.of("the processor alone, otherwise", "ms", percentiles(churned, "late_otherwise"), Map.of()),
                Row.of("collector's pauses", "ms", Map.of("max", churned.get("gc_pause_max")), Map.of()),
                Row.of("disk", "MiB", Map.of("max", churned.get("disk_max")), Map.of("max", Math.ceil(bound))));
    }

    private static Row during(String name, boolean due, Map<String, Double> figures) {
        return due
                ? Row.of(name, "ms", figures, Map.of("max", (double) PAUSE_MAX_MS))
                : Row.absent(name, "ms", "no snapshot was due");
    }

    private static Map<String, Double> percentiles(Map<String, Double> churned, String name) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (String figure : List.of("p50", "p99", "p99.9", "max", "count")) {
            figures.put(figure, churned.get(name + "_" + figure));
        }
        return figures;
    }

    static List<String> notes(
            String disk, int agents, int tasks, Map<String, Double> built, Map<String, Double> churned) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%d agents and %d tasks: a snapshot of %.0f MiB, %.0f MiB of entries after it; on %s, files in"
                                + " the page cache, each start a new process.",
                        agents,
                        tasks,
                        built.get("state_bytes") / MIB,
                        built.get("tail_bytes") / MIB,
                        disk),
                String.format(
                        Locale.ROOT,
                        "Churn: %.0f MiB of changes (a task ends, another is launched, it runs) in %.0f s, %.0f"
                                + " snapshots. An append lasts from when it was due until it is on disk and applied."
                                + " The disk alone: 4 KiB written to a file beside the log and forced, at the same"
                                + " time; its stalls: when that took over 10 ms, %.0f times during snapshots. The"
                                + " processor alone: how late a thread comes that sleeps for a millisecond, and is"
                                + " scheduled as those are that append. An append's own part: without the"
                                + " time in which one of these two took longer than 2.5 ms.",
                        churned.get("written"),
                        churned.get("seconds"),
                        churned.get("snapshots"),
                        churned.get("stalls")));
    }
}
