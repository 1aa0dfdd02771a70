package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import java.util.HashMap;
import java.util.Map;

/** Sums of scalar resources by name, in thousandths. */
final class Amounts {
    private final Map<String, Long> millis = new HashMap<>();

    void add(Resources resources) {
        for (String name : resources.names()) {
            long amount = resources.amountMillis(name);
            if (amount != 0) {
                millis.merge(name, amount, Long::sum);
            }
        }
    }

    void subtract(Resources resources) {
        for (String name : resources.names()) {
            long amount = resources.amountMillis(name);
            if (amount != 0) {
                millis.merge(name, -amount, Long::sum);
            }
        }
    }

    long get(String name) {
        return millis.getOrDefault(name, 0L);
    }

    /** The largest fraction that this is of {@code total}, over the resources; 0..1 where nothing is overcommitted. */
    double dominantShare(Amounts total) {
        double share = 0;
        for (Map.Entry<String, Long> entry : millis.entrySet()) {
            Long whole = total.millis.get(entry.getKey());
            if (whole != null && whole > 0) {
                share = Math.max(share, (double) entry.getValue() / whole);
            }
        }
        return share;
    }
}
