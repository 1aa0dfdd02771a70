package io.gatun.ffm.perf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An event that the kernel counts; perf_event_open(2), the values of linux/perf_event.h, the names of perf-list(1).
 *
 * @param name as perf list prints it
 * @param type PERF_TYPE_*
 * @param config the event among those of the type
 */
public record PerfEvent(String name, int type, long config) {
    private static final int PERF_TYPE_HARDWARE = 0;
    private static final int PERF_TYPE_SOFTWARE = 1;
    private static final int PERF_TYPE_HW_CACHE = 3;
    private static final int OPERATION_SHIFT = 8;
    private static final int RESULT_SHIFT = 16;

    /** In the order of enum perf_hw_id. */
    private static final List<String> HARDWARE = List.of(
            "cycles",
            "instructions",
            "cache-references",
            "cache-misses",
            "branches",
            "branch-misses",
            "bus-cycles",
            "stalled-cycles-frontend",
            "stalled-cycles-backend",
            "ref-cycles");

    /** In the order of enum perf_sw_ids. */
    private static final List<String> SOFTWARE = List.of(
            "cpu-clock",
            "task-clock",
            "page-faults",
            "context-switches",
            "cpu-migrations",
            "minor-faults",
            "major-faults",
            "alignment-faults",
            "emulation-faults");

    /** In the order of enum perf_hw_cache_id. */
    private static final List<String> CACHES =
            List.of("L1-dcache", "L1-icache", "LLC", "dTLB", "iTLB", "branch", "node");
    /** In the order of enum perf_hw_cache_op_id: all accesses of a kind, then those that missed. */
    private static final List<List<String>> OPERATIONS = List.of(
            List.of("loads", "load-misses"),
            List.of("stores", "store-misses"),
            List.of("prefetches", "prefetch-misses"));

    private static final Map<String, PerfEvent> BY_NAME = byName();

    private static Map<String, PerfEvent> byName() {
        Map<String, PerfEvent> all = new LinkedHashMap<>();
        add(all, PERF_TYPE_HARDWARE, HARDWARE);
        add(all, PERF_TYPE_SOFTWARE, SOFTWARE);
        for (int cache = 0; cache < CACHES.size(); cache++) {
            for (int operation = 0; operation < OPERATIONS.size(); operation++) {
                for (int result = 0; result < 2; result++) {
                    String name =
                            CACHES.get(cache) + "-" + OPERATIONS.get(operation).get(result);
                    long config = cache | (long) operation << OPERATION_SHIFT | (long) result << RESULT_SHIFT;
                    all.put(name, new PerfEvent(name, PERF_TYPE_HW_CACHE, config));
                }
            }
        }
        return all;
    }

    private static void add(Map<String, PerfEvent> all, int type, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            all.put(names.get(i), new PerfEvent(names.get(i), type, i));
        }
    }

    /** The event of a name of perf-list(1); empty when there is none. */
    public static Optional<PerfEvent> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** All names, hardware events first. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** Whether the kernel counts it itself, so that it needs no performance counters of a processor. */
    public boolean isSoftware() {
        return type == PERF_TYPE_SOFTWARE;
    }

    /** Whether it counts nanoseconds. */
    public boolean isTime() {
        return isSoftware() && config <= 1;
    }
}
