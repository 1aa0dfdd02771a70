package io.gatun.master.operator;

import io.gatun.master.state.AgentView;
import io.gatun.master.state.FrameworkView;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.TaskState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Predicate;

/**
 * The metrics that a snapshot holds, under Mesos' names (docs/monitoring.md). What this master does not know is absent.
 */
final class MasterMetrics {
    private static final List<String> RESOURCES = List.of("cpus", "gpus", "mem", "disk");
    /** States of tasks that have not ended; of those that have, there are counters. */
    private static final List<TaskState> LIVE = List.of(
            TaskState.TASK_STAGING,
            TaskState.TASK_STARTING,
            TaskState.TASK_RUNNING,
            TaskState.TASK_KILLING,
            TaskState.TASK_UNREACHABLE);

    private MasterMetrics() {}

    /**
     * Hands over all metrics of {@code snapshot}.
     *
     * @param elected whether this master leads
     * @param now seconds since the epoch
     */
    static void collect(MasterSnapshot snapshot, boolean elected, double now, ObjDoubleConsumer<String> sink) {
        sink.accept("master/elected", elected ? 1 : 0);
        sink.accept("master/uptime_secs", Math.max(0, now - snapshot.startTime()));
        snapshot.counters().byMetric().forEach((name, count) -> sink.accept(name, count.doubleValue()));
        collectAgents(snapshot, sink);
        collectFrameworks(snapshot, sink);
        collectTasks(snapshot, sink);
        collectResources(snapshot, sink);
    }

    private static void collectAgents(MasterSnapshot snapshot, ObjDoubleConsumer<String> sink) {
        double active = count(snapshot.agents(), AgentView::active);
        double connected = count(snapshot.agents(), AgentView::connected);
        sink.accept("master/slaves_active", active);
        sink.accept("master/slaves_connected", connected);
        sink.accept("master/slaves_inactive", snapshot.agents().size() - active);
        sink.accept("master/slaves_disconnected", snapshot.agents().size() - connected);
        sink.accept("master/slaves_unreachable", snapshot.unreachableAgents());
        sink.accept("master/slaves_silent", snapshot.removals().silent());
        sink.accept("master/slaves_held_back", snapshot.removals().heldBack());
        sink.accept("master/slave_removals_queued", snapshot.removals().queued());
        sink.accept("master/recovery_slaves_refused", snapshot.removals().recoveryRefused());
    }

    private static void collectFrameworks(MasterSnapshot snapshot, ObjDoubleConsumer<String> sink) {
        List<FrameworkView> frameworks = snapshot.frameworks();
        double active = count(frameworks, FrameworkView::active);
        double connected = count(frameworks, FrameworkView::connected);
        sink.accept("master/frameworks_active", active);
        sink.accept("master/frameworks_inactive", frameworks.size() - active);
        sink.accept("master/frameworks_connected", connected);
        sink.accept("master/frameworks_disconnected", frameworks.size() - connected);
        sink.accept(
                "master/outstanding_offers",
                frameworks.stream().mapToInt(view -> view.offers().size()).sum());
        for (FrameworkView framework : frameworks) {
            String prefix = prefix(framework);
            sink.accept(prefix + "subscribed", framework.connected() ? 1 : 0);
            TaskCounts counts = new TaskCounts().addAll(framework.tasks()).addAll(framework.unreachableTasks());
            for (TaskState state : LIVE) {
                sink.accept(prefix + "tasks/active/" + state.name().toLowerCase(Locale.ROOT), counts.in(state));
            }
        }
    }

    private static void collectTasks(MasterSnapshot snapshot, ObjDoubleConsumer<String> sink) {
        TaskCounts counts = new TaskCounts();
        for (FrameworkView framework : snapshot.frameworks()) {
            counts.addAll(framework.tasks()).addAll(framework.unreachableTasks());
        }
        for (TaskState state : LIVE) {
            String name = state.name().substring("TASK_".length()).toLowerCase(Locale.ROOT);
            sink.accept("master/tasks_" + name, counts.in(state));
        }
    }

    private static void collectResources(MasterSnapshot snapshot, ObjDoubleConsumer<String> sink) {
        for (String resource : RESOURCES) {
            double total = sum(snapshot, AgentView::total, Resources::nonRevocable, resource);
            double used = sum(snapshot, AgentView::used, Resources::nonRevocable, resource);
            double offered = sum(snapshot, AgentView::offered, Resources::nonRevocable, resource);
            ratio("master/" + resource, total, used, sink);
            ratio(
                    "master/" + resource + "_revocable",
                    sum(snapshot, AgentView::total, Resources::revocable, resource),
                    sum(snapshot, AgentView::used, Resources::revocable, resource),
                    sink);
            sink.accept("allocator/mesos/resources/" + resource + "/total", total);
            sink.accept("allocator/mesos/resources/" + resource + "/offered_or_allocated", used + offered);
        }
    }

    private static void ratio(String name, double total, double used, ObjDoubleConsumer<String> sink) {
        sink.accept(name + "_total", total);
        sink.accept(name + "_used", used);
        sink.accept(name + "_percent", total > 0 ? used / total : 0);
    }

    private static double sum(
            MasterSnapshot snapshot,
            Function<AgentView, Resources> part,
            Function<Resources, Resources> kind,
            String name) {
        return snapshot.agents().stream()
                        .mapToLong(agent -> kind.apply(part.apply(agent)).amountMillis(name))
                        .sum()
                / RoleView.MILLIS_PER_UNIT;
    }

    private static <T> double count(List<T> list, Predicate<T> which) {
        return list.stream().filter(which).count();
    }

    /** The name percent-encoded, so that a slash in it makes no level of its own. */
    private static String prefix(FrameworkView framework) {
        String name = URLEncoder.encode(framework.info().getName(), StandardCharsets.UTF_8)
                .replace("+", "%20");
        return "master/frameworks/" + name + "/" + framework.info().getId().getValue() + "/";
    }
}
