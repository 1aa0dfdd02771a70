package io.gatun.bench.recovery;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** How long collectors stopped this process; any thread. */
final class PauseTimes {
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong maxMs = new AtomicLong();

    private PauseTimes() {}

    /** Pauses from now on. */
    static PauseTimes fromNow() {
        PauseTimes times = new PauseTimes();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            // What runs beside the program is told of as well, under these names.
            boolean pauses = !collector.getName().contains("Cycles")
                    && !collector.getName().contains("Concurrent");
            if (pauses && collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(
                        (notification, handback) -> times.add(
                                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
                                        .getGcInfo()
                                        .getDuration()),
                        null,
                        null);
            }
        }
        return times;
    }

    private void add(long ms) {
        count.incrementAndGet();
        maxMs.accumulateAndGet(ms, Math::max);
    }

    long count() {
        return count.get();
    }

    /** Rounded down to whole milliseconds, as collectors tell it. */
    long maxMs() {
        return maxMs.get();
    }
}
