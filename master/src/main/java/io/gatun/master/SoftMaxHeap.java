package io.gatun.master;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the collector use the same memory again before it takes more: after each cycle {@code SoftMaxHeapSize} becomes some
 * times what was in use then. Shenandoah by itself goes through all of the heap, a quarter of the machine's memory, before
 * it begins a cycle; a page that is touched for the first time has to be cleared by the kernel (and below a hypervisor to be
 * found first), and whoever does so waits: appends took up to 45 ms until all of a heap of 6 GiB was touched. With the soft
 * limit it takes half of that, and is done with it sooner. Collectors that know no soft limit go on as they do. Not at the
 * beginning: what a start reads in fits into the heap without a cycle.
 */
public final class SoftMaxHeap {
    private static final String FLAG = "SoftMaxHeapSize";
    /** In the name of what tells of stops within a cycle, when nothing has been freed yet. */
    private static final String PAUSES = "Pauses";
    /** Little enough for a small master; a cycle takes as long as there is live data, which is then little. */
    private static final long LEAST_BYTES = 1L << 30;
    /** As much as is in use for what comes until the next cycle; three times are longer in being touched first. */
    private static final int TIMES_USED = 2;
    /**
     * It becomes a multiple of this. With each new value Shenandoah gives back what is beyond, to be touched again later, unless
     * {@code -XX:-ShenandoahUncommit} forbids it.
     */
    private static final long STEP_BYTES = 512L << 20;
    /** And it becomes less only when so many times less would do. */
    private static final int TIMES_TOO_MUCH = 2;

    private static final Logger LOG = LoggerFactory.getLogger(SoftMaxHeap.class);

    private final long maxBytes;
    private final LongConsumer flag;
    private long softMaxBytes;
    /** Until it was once, any limit is better than none. */
    private boolean set;

    /**
     * For a heap.
     *
     * @param maxBytes its greatest size
     * @param flag is told each new value, less than that or equal
     */
    SoftMaxHeap(long maxBytes, LongConsumer flag) {
        this.maxBytes = maxBytes;
        this.flag = flag;
        this.softMaxBytes = maxBytes;
    }

    /** Begins for this process. A JVM that tells nothing of its collector, or lacks the flag, is left as it is. */
    public static void begin() {
        HotSpotDiagnosticMXBean diagnostic = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            diagnostic.getVMOption(FLAG);
        } catch (IllegalArgumentException e) {
            LOG.info("The heap grows as the collector wants: {}", e.getMessage());
            return;
        }
        SoftMaxHeap heap = new SoftMaxHeap(
                Runtime.getRuntime().maxMemory(), bytes -> diagnostic.setVMOption(FLAG, Long.toString(bytes)));
        Set<String> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .collect(Collectors.toUnmodifiableSet());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (!collector.getName().contains(PAUSES) && collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(
                        (notification, handback) -> heap.collected(used(
                                pools,
                                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
                                        .getGcInfo()
                                        .getMemoryUsageAfterGc())),
                        null,
                        null);
            }
        }
    }

    private static long used(Set<String> pools, Map<String, MemoryUsage> usages) {
        return usages.entrySet().stream()
                .filter(usage -> pools.contains(usage.getKey()))
                .mapToLong(usage -> usage.getValue().getUsed())
                .sum();
    }

    /** Of so many bytes a collector said that they are in use. */
    synchronized void collected(long usedBytes) {
        long steps = Math.ceilDiv(TIMES_USED * usedBytes, STEP_BYTES);
        long wanted = Math.clamp(steps * STEP_BYTES, Math.min(LEAST_BYTES, maxBytes), maxBytes);
        boolean less = set ? wanted <= softMaxBytes / TIMES_TOO_MUCH : wanted < maxBytes;
        if (wanted > softMaxBytes || less) {
            set = true;
            softMaxBytes = wanted;
            flag.accept(wanted);
        }
    }
}
