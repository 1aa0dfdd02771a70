package io.gatun.master.election;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Sessions, the znodes of contenders, and watches; without what can happen on the way to it. */
final class SimulatedZooKeeper {
    static final long SESSION_MS = 4_000;
    private static final long LOOK_MS = 100;

    private final SimulatedTime time;
    private final NavigableMap<Long, Long> owners = new TreeMap<>();
    private final Map<Long, Long> heardAt = new HashMap<>();
    private final List<Runnable> watches = new ArrayList<>();
    private long sessions;
    private long znodes;
    private boolean up = true;

    SimulatedZooKeeper(SimulatedTime time) {
        this.time = time;
        time.after(LOOK_MS, this::expire);
    }

    boolean isUp() {
        return up;
    }

    void stop() {
        up = false;
    }

    /** A new leader of the ensemble gives all sessions their whole time again. */
    void start() {
        up = true;
        heardAt.replaceAll((session, at) -> time.now());
    }

    private void expire() {
        if (up) {
            List<Long> silent = new ArrayList<>();
            heardAt.forEach((session, at) -> {
                if (time.now() - at > SESSION_MS) {
                    silent.add(session);
                }
            });
            silent.forEach(session -> {
                heardAt.remove(session);
                if (owners.values().removeIf(session::equals)) {
                    changed();
                }
            });
        }
        time.after(LOOK_MS, this::expire);
    }

    long open() {
        heardAt.put(++sessions, time.now());
        return sessions;
    }

    boolean isOpen(long session) {
        return heardAt.containsKey(session);
    }

    void ping(long session) {
        heardAt.computeIfPresent(session, (key, at) -> time.now());
    }

    List<String> list() {
        return owners.keySet().stream().map(SimulatedZooKeeper::name).toList();
    }

    /** The one that a session has, if any. */
    String ownedBy(long session) {
        return owners.entrySet().stream()
                .filter(entry -> entry.getValue() == session)
                .map(entry -> name(entry.getKey()))
                .findFirst()
                .orElse(null);
    }

    String create(long session) {
        owners.put(++znodes, session);
        changed();
        return name(znodes);
    }

    void delete(String node) {
        if (owners.remove(Long.parseLong(node)) != null) {
            changed();
        }
    }

    /** Fires once, with the next change. */
    void watch(Runnable watch) {
        watches.add(watch);
    }

    private void changed() {
        List<Runnable> fired = List.copyOf(watches);
        watches.clear();
        fired.forEach(Runnable::run);
    }

    private static String name(long number) {
        return String.format("%010d", number);
    }
}
