package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Filters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What frameworks do not want of one agent for a while. */
final class Refusals {
    /** Who refused. */
    record Key(String frameworkId, String role) {}

    private record Refusal(Resources resources, long untilMs) {}

    private static final double DEFAULT_SECONDS = Filters.getDefaultInstance().getRefuseSeconds();
    private static final double MAX_SECONDS = 365.0 * 24 * 3600;

    private final Map<Key, List<Refusal>> refusals = new HashMap<>();

    /** Does nothing when the filter says 0 seconds. Negative and invalid times mean the default, as in Mesos. */
    void add(Key key, Resources resources, Filters filters, long nowMs, long minMs) {
        double seconds = filters.getRefuseSeconds();
        if (seconds == 0) {
            return;
        }
        if (!(seconds > 0)) {
            seconds = DEFAULT_SECONDS;
        }
        // A refusal that ended before the next round would not keep the offer from coming back at once (MESOS-4302).
        long ms = Math.max((long) (Math.min(seconds, MAX_SECONDS) * 1000), minMs);
        refusals.computeIfAbsent(key, unused -> new ArrayList<>(1)).add(new Refusal(resources, nowMs + ms));
    }

    /** Whether something that holds at least {@code offer} has been refused: more than that is worth another try. */
    boolean cover(Key key, Resources offer, long nowMs) {
        List<Refusal> list = refusals.get(key);
        if (list == null) {
            return false;
        }
        list.removeIf(refusal -> refusal.untilMs() <= nowMs);
        if (list.isEmpty()) {
            refusals.remove(key);
            return false;
        }
        return list.stream().anyMatch(refusal -> refusal.resources().contains(offer));
    }

    void removeIf(Predicate<Key> predicate) {
        refusals.keySet().removeIf(predicate);
    }

    void clear() {
        refusals.clear();
    }
}
