package io.gatun.master.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** Deadlines inside the state machine: at most one for each kind and subject; a newer one replaces the older. */
final class Timers {
    enum Kind {
        HEARTBEAT,
        PING,
        REREGISTER,
        FAILOVER,
        OFFER,
        ALLOCATE,
        /** The next agent may be given up. */
        REMOVAL,
        /** Recovered agents should be back. */
        RECOVERY,
        /** Old entries of the registry are to be cleared. */
        REGISTRY_GC
    }

    record Key(Kind kind, String subject) {}

    private record Timer(long dueMs, long sequence, Key key) {}

    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>(Comparator.comparingLong(Timer::dueMs).thenComparingLong(Timer::sequence));
    // The sequence number of the timer in force; others with the same key are leftovers in the queue.
    private final Map<Key, Long> inForce = new HashMap<>();
    private long sequence;

    void set(Kind kind, String subject, long dueMs) {
        Key key = new Key(kind, subject);
        inForce.put(key, sequence);
        queue.add(new Timer(dueMs, sequence, key));
        sequence++;
    }

    void cancel(Kind kind, String subject) {
        inForce.remove(new Key(kind, subject));
        // Without this, timers that are set and cancelled for ever (offers) would pile up until their deadlines.
        if (queue.size() > 1024 && queue.size() > 2 * inForce.size()) {
            queue.removeIf(timer -> !live(timer));
        }
    }

    /** The earliest deadline in ms since the epoch; Long.MAX_VALUE when there is none. */
    long nextMs() {
        while (!queue.isEmpty() && !live(queue.peek())) {
            queue.poll();
        }
        return queue.isEmpty() ? Long.MAX_VALUE : queue.peek().dueMs();
    }

    /** Removes and returns what is due, the earliest first. */
    List<Key> due(long nowMs) {
        List<Key> result = new ArrayList<>();
        while (nextMs() <= nowMs) {
            Timer timer = queue.poll();
            inForce.remove(timer.key());
            result.add(timer.key());
        }
        return result;
    }

    private boolean live(Timer timer) {
        return Long.valueOf(timer.sequence()).equals(inForce.get(timer.key()));
    }
}
