package io.gatun.master.election;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** A clock that jumps from one thing to the next, and a seed: the same seed does the same. */
final class SimulatedTime {
    private record Event(long time, long order, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private final Random random;
    private long now;
    private long order;

    SimulatedTime(long seed) {
        random = new Random(seed);
    }

    /** Milliseconds. */
    long now() {
        return now;
    }

    /** From {@code least} to {@code most}. */
    long random(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** Once in so many times. */
    boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    void after(long delay, Runnable action) {
        events.add(new Event(now + delay, order++, action));
    }

    void run(long until) {
        while (!events.isEmpty() && events.peek().time() <= until) {
            Event event = events.poll();
            now = event.time();
            event.action().run();
        }
        now = until;
    }
}
