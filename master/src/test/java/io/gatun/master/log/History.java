package io.gatun.master.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What everybody saw, and what must never be seen. */
final class History {
    private final List<String> lines = new ArrayList<>();
    private final TreeMap<Long, Long> committed = new TreeMap<>();
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    private final Map<Long, Long> acknowledgedIn = new HashMap<>();
    private final Map<Long, Integer> leaders = new HashMap<>();
    private final StringBuilder context = new StringBuilder();

    void note(String line) {
        lines.add(context + line);
    }

    void at(long time) {
        context.setLength(0);
        context.append(time).append(' ');
    }

    /** A replica took an entry for committed. */
    void committed(int id, long position, long value) {
        Long before = committed.putIfAbsent(position, value);
        require(
                before == null || before == value,
                "replica " + id + " committed " + value + " at " + position + ", where " + before + " was committed");
    }

    /** A client was told that its entry is committed. */
    void acknowledged(long position, long epoch, long value) {
        acknowledged.put(position, value);
        acknowledgedIn.put(position, epoch);
    }

    /** The last position that was acknowledged; 0 when none was. */
    long lastAcknowledged() {
        return acknowledged.isEmpty() ? 0 : acknowledged.lastKey();
    }

    /** The epoch of the last position that was acknowledged; 0 when none was. */
    long lastAcknowledgedIn() {
        return acknowledged.isEmpty() ? 0 : acknowledgedIn.get(acknowledged.lastKey());
    }

    /**
     * A replica begins to lead; it must know all that was acknowledged in smaller epochs. One that was paused may learn
     * only now that it leads an epoch that is over.
     */
    void leads(int id, long epoch, Map<Long, Long> applied) {
        Integer before = leaders.putIfAbsent(epoch, id);
        require(before == null || before == id, "epoch " + epoch + " is led by " + before + " and " + id);
        acknowledged.forEach((position, value) -> require(
                acknowledgedIn.get(position) >= epoch || value.equals(applied.get(position)),
                "replica " + id + " leads epoch " + epoch + " without the acknowledged " + value + " at " + position
                        + ", has " + applied.get(position)));
    }

    /** Some step of a replica failed in itself. */
    ViolationException broken(int id, RuntimeException e) {
        return new ViolationException("replica " + id + ": " + e, lines);
    }

    void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ViolationException(context + otherwise, lines);
        }
    }

    /** Positions to values. */
    Map<Long, Long> acknowledged() {
        return acknowledged;
    }

    boolean contains(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }
}
