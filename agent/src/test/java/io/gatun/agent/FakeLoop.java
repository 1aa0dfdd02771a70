package io.gatun.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A loop whose time passes only when the test says so; everything runs on the test's thread. */
final class FakeLoop implements Loop {
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<Due> due = new ArrayList<>();
    private double now = 1000;
    private long order;

    @Override
    public void execute(Runnable action) {
        action.run();
    }

    @Override
    public Timer schedule(Duration delay, Runnable action) {
        Due entry = new Due(now + delay.toNanos() / NANOS_PER_SECOND, order++, action);
        due.add(entry);
        return () -> due.remove(entry);
    }

    @Override
    public double now() {
        return now;
    }

    /** Lets time pass, running what becomes due at its time. */
    void advance(Duration time) {
        double end = now + time.toNanos() / NANOS_PER_SECOND;
        while (true) {
            Due next = due.stream()
                    .filter(entry -> entry.at <= end)
                    .min(Comparator.comparingDouble(Due::at).thenComparingLong(Due::order))
                    .orElse(null);
            if (next == null) {
                now = end;
                return;
            }
            due.remove(next);
            now = Math.max(now, next.at);
            next.action.run();
        }
    }

    private record Due(double at, long order, Runnable action) {}
}
