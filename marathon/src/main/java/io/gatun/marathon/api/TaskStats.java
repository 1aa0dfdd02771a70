package io.gatun.marathon.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.state.Instance;
import io.gatun.mesos.v1.TaskState;
import java.util.Collection;
import java.util.List;

/** How many instances an app has and how old they are, by configuration. */
final class TaskStats {
    private TaskStats() {}

    static ObjectNode of(AppSpec app, Collection<Instance> instances, long nowMs) {
        ObjectNode stats = Answer.object();
        long scaledMs = app.versions().lastScalingAt().millis();
        add(
                stats,
                "startedAfterLastScaling",
                instances.stream().filter(i -> i.stagedAtMs() >= scaledMs).toList(),
                nowMs);
        add(
                stats,
                "withLatestConfig",
                instances.stream().filter(i -> !i.outdated(app)).toList(),
                nowMs);
        add(
                stats,
                "withOutdatedConfig",
                instances.stream().filter(i -> i.outdated(app)).toList(),
                nowMs);
        add(stats, "totalSummary", List.copyOf(instances), nowMs);
        return stats;
    }

    private static void add(ObjectNode stats, String name, List<Instance> instances, long nowMs) {
        if (instances.isEmpty()) {
            return;
        }
        ObjectNode body = stats.putObject(name).putObject("stats");
        body.putObject("counts")
                .put("staged", instances.stream().filter(AppInfoJson::staged).count())
                .put(
                        "running",
                        instances.stream()
                                .filter(instance -> instance.state() == TaskState.TASK_RUNNING)
                                .count())
                .put("healthy", 0)
                .put("unhealthy", 0);
        double[] seconds = instances.stream()
                .filter(instance -> instance.startedAtMs().isPresent())
                .mapToDouble(instance -> (nowMs - instance.startedAtMs().getAsLong()) / 1000.0)
                .sorted()
                .toArray();
        if (seconds.length > 0) {
            double sum = 0;
            for (double second : seconds) {
                sum += second;
            }
            double median = (seconds[(seconds.length - 1) / 2] + seconds[seconds.length / 2]) / 2;
            body.putObject("lifeTime")
                    .put("averageSeconds", sum / seconds.length)
                    .put("medianSeconds", median);
        }
    }
}
