package io.gatun.marathon.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.AppWriter;
import io.gatun.marathon.state.Instance;
import io.gatun.marathon.state.Snapshot;
import io.gatun.marathon.state.TaskFailure;
import io.gatun.mesos.v1.TaskState;
import java.util.List;
import java.util.Set;

/** An app with what is going on around it. */
final class AppInfoJson {
    private final Snapshot snapshot;
    private final String role;

    AppInfoJson(Snapshot snapshot, String role) {
        this.snapshot = snapshot;
        this.role = role;
    }

    ObjectNode app(AppSpec app, Set<Embed> embed) {
        ObjectNode json = AppWriter.write(app).put("role", role);
        List<Instance> instances = snapshot.instances(app.id());
        if (embed.contains(Embed.COUNTS)) {
            counts(instances, json);
        }
        if (embed.contains(Embed.DEPLOYMENTS)) {
            ArrayNode deployments = json.putArray("deployments");
            snapshot.deploymentsOf(app.id())
                    .forEach(id -> deployments.addObject().put("id", id));
        }
        if (embed.contains(Embed.READINESS)) {
            json.putArray("readinessCheckResults");
        }
        if (embed.contains(Embed.TASKS)) {
            json.set("tasks", new TaskJson(snapshot, role).tasks(instances));
        }
        TaskFailure failure = snapshot.failures().get(app.id());
        if (embed.contains(Embed.LAST_TASK_FAILURE) && failure != null) {
            json.set("lastTaskFailure", failure(failure));
        }
        if (embed.contains(Embed.TASK_STATS)) {
            ObjectNode stats = TaskStats.of(app, instances, System.currentTimeMillis());
            // Marathon's RAML has the one name, the DC/OS UI reads the other.
            json.set("tasksStats", stats);
            json.set("taskStats", stats);
        }
        return json;
    }

    private static void counts(List<Instance> instances, ObjectNode json) {
        json.put("tasksStaged", instances.stream().filter(AppInfoJson::staged).count());
        json.put(
                "tasksRunning",
                instances.stream()
                        .filter(instance -> instance.state() == TaskState.TASK_RUNNING)
                        .count());
        // Without health checks an instance is neither.
        json.put("tasksHealthy", 0);
        json.put("tasksUnhealthy", 0);
    }

    static boolean staged(Instance instance) {
        return instance.state() == TaskState.TASK_STAGING || instance.state() == TaskState.TASK_STARTING;
    }

    private static ObjectNode failure(TaskFailure failure) {
        return Answer.object()
                .put("appId", failure.app().path())
                .put("host", failure.host())
                .put("message", failure.message())
                .put("state", failure.state())
                .put("taskId", failure.taskId())
                .put("timestamp", failure.timestamp().toString())
                .put("version", failure.version().toString())
                .put("slaveId", failure.agentId());
    }
}
