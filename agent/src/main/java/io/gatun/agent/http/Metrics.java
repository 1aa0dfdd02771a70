package io.gatun.agent.http;

import com.sun.management.OperatingSystemMXBean;
import io.gatun.agent.AgentSnapshot;
import io.gatun.agent.AgentSnapshot.ExecutorView;
import io.gatun.agent.AgentSnapshot.FrameworkView;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.TaskState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/** /metrics/snapshot: Mesos' names (docs/monitoring.md) for what this agent knows. */
final class Metrics {
    private static final Path LOADAVG = Path.of("/proc/loadavg");
    private static final double MILLIS_PER_SECOND = 1000;

    private Metrics() {}

    static SequencedMap<String, Double> json(AgentSnapshot state) {
        SequencedMap<String, Double> metrics = new TreeMap<>();
        state.counters().forEach((counter, value) -> metrics.put(counter.metric(), value.doubleValue()));
        metrics.put("slave/registered", state.registered() ? 1.0 : 0.0);
        metrics.put("slave/uptime_secs", System.currentTimeMillis() / MILLIS_PER_SECOND - state.startTime());
        metrics.put("slave/frameworks_active", (double) state.frameworks().size());
        resources(metrics, state.total(), StateJson.used(state));
        tasks(metrics, state);
        system(metrics);
        return metrics;
    }

    private static void resources(SequencedMap<String, Double> metrics, Resources total, Resources used) {
        for (String name : List.of("cpus", "gpus", "mem", "disk")) {
            double totalUnits = total.nonRevocable().amount(name);
            double usedUnits = used.nonRevocable().amount(name);
            metrics.put("slave/" + name + "_total", totalUnits);
            metrics.put("slave/" + name + "_used", usedUnits);
            metrics.put("slave/" + name + "_percent", totalUnits > 0 ? usedUnits / totalUnits : 0.0);
            metrics.put("slave/" + name + "_revocable_total", total.revocable().amount(name));
            metrics.put("slave/" + name + "_revocable_used", used.revocable().amount(name));
            metrics.put("slave/" + name + "_revocable_percent", 0.0);
        }
    }

    private static void tasks(SequencedMap<String, Double> metrics, AgentSnapshot state) {
        List<ExecutorView> executors = state.frameworks().stream()
                .map(FrameworkView::executors)
                .flatMap(List::stream)
                .toList();
        metrics.put("slave/tasks_staging", count(executors, TaskState.TASK_STAGING));
        metrics.put("slave/tasks_starting", count(executors, TaskState.TASK_STARTING));
        metrics.put("slave/tasks_running", count(executors, TaskState.TASK_RUNNING));
        metrics.put("slave/tasks_killing", count(executors, TaskState.TASK_KILLING));
        metrics.put("slave/executors_registering", (double)
                executors.stream().filter(ExecutorView::queued).count());
        metrics.put("slave/executors_running", (double)
                executors.stream().filter(ExecutorView::running).count());
        metrics.put("slave/executors_terminating", count(executors, TaskState.TASK_KILLING));
    }

    private static double count(List<ExecutorView> executors, TaskState taskState) {
        return executors.stream().filter(e -> e.task().getState() == taskState).count();
    }

    private static void system(SequencedMap<String, Double> metrics) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        metrics.put("system/cpus_total", (double) system.getAvailableProcessors());
        metrics.put("system/mem_total_bytes", (double) system.getTotalMemorySize());
        metrics.put("system/mem_free_bytes", (double) system.getFreeMemorySize());
        try {
            String[] load = Files.readString(LOADAVG, StandardCharsets.US_ASCII).split(" ", -1);
            metrics.put("system/load_1min", Double.parseDouble(load[0]));
            metrics.put("system/load_5min", Double.parseDouble(load[1]));
            metrics.put("system/load_15min", Double.parseDouble(load[2]));
        } catch (IOException e) {
            throw new UncheckedIOException("read " + LOADAVG + ": " + e, e);
        }
    }
}
