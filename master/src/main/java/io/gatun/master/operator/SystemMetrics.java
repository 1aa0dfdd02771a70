package io.gatun.master.operator;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ObjDoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code system/*}: processors, memory (bytes) and load of the machine or, where the JVM is confined, of its container. */
final class SystemMetrics implements MetricSource {
    private static final Logger LOG = LoggerFactory.getLogger(SystemMetrics.class);
    private static final String[] LOADS = {"system/load_1min", "system/load_5min", "system/load_15min"};

    private final Path loadAverage;
    private boolean loadUnreadable;

    /** @param loadAverage proc_loadavg(5): its first three fields are the averages over 1, 5 and 15 minutes */
    SystemMetrics(Path loadAverage) {
        this.loadAverage = loadAverage;
    }

    @Override
    public void collect(ObjDoubleConsumer<String> sink) {
        sink.accept("system/cpus_total", Runtime.getRuntime().availableProcessors());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            sink.accept("system/mem_total_bytes", (double) system.getTotalMemorySize());
            sink.accept("system/mem_free_bytes", (double) system.getFreeMemorySize());
        }
        collectLoad(sink);
    }

    private synchronized void collectLoad(ObjDoubleConsumer<String> sink) {
        try {
            String[] fields = Files.readString(loadAverage).split(" ", LOADS.length + 1);
            double[] values = new double[LOADS.length];
            for (int i = 0; i < LOADS.length; i++) {
                values[i] = Double.parseDouble(fields[i]);
            }
            for (int i = 0; i < LOADS.length; i++) {
                sink.accept(LOADS[i], values[i]);
            }
            loadUnreadable = false;
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            if (!loadUnreadable) {
                loadUnreadable = true; // Told once, not at every poll.
                LOG.warn("No load averages in /metrics/snapshot: {}: {}", loadAverage, e.toString());
            }
        }
    }
}
