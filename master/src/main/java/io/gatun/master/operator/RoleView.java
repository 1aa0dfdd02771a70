package io.gatun.master.operator;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One role. Quantities are scalars by name in thousandths, Mesos' resolution, and include those of the roles below.
 *
 * @param weight its share relative to its siblings
 * @param allocated what tasks hold
 * @param offered what outstanding offers hold
 * @param reserved what is reserved for it, in use or not
 * @param guaranteed by its quota
 * @param limited by its quota
 * @param consumed what counts against a quota: what is reserved, and unreserved resources that tasks hold
 * @param frameworks ids of the frameworks in this very role, ascending
 */
public record RoleView(
        String name,
        double weight,
        SortedMap<String, Long> allocated,
        SortedMap<String, Long> offered,
        SortedMap<String, Long> reserved,
        SortedMap<String, Long> guaranteed,
        SortedMap<String, Long> limited,
        SortedMap<String, Long> consumed,
        List<String> frameworks) {
    /** Thousandths in a unit. */
    public static final double MILLIS_PER_UNIT = 1000.0;

    /** Copies the collections. */
    public RoleView {
        allocated = Collections.unmodifiableSortedMap(new TreeMap<>(allocated));
        offered = Collections.unmodifiableSortedMap(new TreeMap<>(offered));
        reserved = Collections.unmodifiableSortedMap(new TreeMap<>(reserved));
        guaranteed = Collections.unmodifiableSortedMap(new TreeMap<>(guaranteed));
        limited = Collections.unmodifiableSortedMap(new TreeMap<>(limited));
        consumed = Collections.unmodifiableSortedMap(new TreeMap<>(consumed));
        frameworks = List.copyOf(frameworks);
    }

    /** What offers and tasks hold together. */
    public SortedMap<String, Long> allocatedAndOffered() {
        SortedMap<String, Long> sum = new TreeMap<>(allocated);
        offered.forEach((name, millis) -> sum.merge(name, millis, Long::sum));
        return sum;
    }
}
