package io.gatun.agent.http;

import io.gatun.agent.AgentSnapshot.ExecutorView;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.task.TaskStates;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.Value;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Executors and tasks as /state shows them. Ids are plain texts, {@code slave_id} is not agent_id, resources are sums with
 * ranges as text, and {@code discovery}, {@code container} and {@code health_check} are the protobuf's JSON.
 */
final class TaskJson {
    private TaskJson() {}

    static Map<String, Object> executor(FrameworkInfo framework, ExecutorView executor) {
        SequencedMap<String, Object> json = Json.object();
        json.put("id", executor.executorId());
        json.put("name", executor.name());
        json.put("source", executor.executorId());
        json.put("container", executor.containerId().orElse(""));
        json.put("directory", executor.directory().map(Object::toString).orElse(""));
        json.put("resources", resources(executor.taskInfo().getResourcesList()));
        json.put("role", role(framework, executor));
        json.put("type", "DEFAULT");
        boolean ended = TaskStates.terminal(executor.task().getState());
        Object task = task(executor.task(), role(framework, executor));
        json.put("tasks", !ended && !executor.queued() ? List.of(task) : List.of());
        json.put("queued_tasks", !ended && executor.queued() ? List.of(task) : List.of());
        json.put("completed_tasks", ended ? List.of(task) : List.of());
        return json;
    }

    static Map<String, Object> task(Task task, String role) {
        SequencedMap<String, Object> json = Json.object();
        json.put("id", task.getTaskId().getValue());
        json.put("name", task.getName());
        json.put("framework_id", task.getFrameworkId().getValue());
        json.put("executor_id", task.getExecutorId().getValue());
        json.put("slave_id", task.getAgentId().getValue());
        json.put("state", task.getState().name());
        json.put("resources", resources(task.getResourcesList()));
        if (task.getLimitsCount() > 0) {
            json.put("limits", limits(task.getLimitsMap()));
        }
        json.put("role", role);
        json.put(
                "statuses",
                task.getStatusesList().stream().map(TaskJson::status).toList());
        json.put("user", task.getUser());
        if (task.hasLabels()) {
            json.put("labels", Json.labels(task.getLabels()));
        }
        if (task.hasDiscovery()) {
            json.put("discovery", Json.message(task.getDiscovery()));
        }
        if (task.hasContainer()) {
            json.put("container", Json.message(task.getContainer()));
        }
        if (task.hasHealthCheck()) {
            json.put("health_check", Json.message(task.getHealthCheck()));
        }
        return json;
    }

    private static Map<String, Object> status(TaskStatus status) {
        SequencedMap<String, Object> json = Json.object();
        json.put("state", status.getState().name());
        json.put("timestamp", status.getTimestamp());
        if (status.hasLabels()) {
            json.put("labels", Json.labels(status.getLabels()));
        }
        if (status.hasContainerStatus()) {
            json.put("container_status", Json.message(status.getContainerStatus()));
        }
        if (status.hasHealthy()) {
            json.put("healthy", status.getHealthy());
        }
        return json;
    }

    static Map<String, Object> resources(List<Resource> resources) {
        return Resources.of(resources).model();
    }

    private static Map<String, Object> limits(Map<String, Value.Scalar> limits) {
        SequencedMap<String, Object> json = Json.object();
        // JSON has no infinity; Mesos writes the text.
        limits.forEach(
                (name, limit) -> json.put(name, Double.isInfinite(limit.getValue()) ? "Infinity" : limit.getValue()));
        return json;
    }

    private static String role(FrameworkInfo framework, ExecutorView executor) {
        return executor.taskInfo().getResourcesList().stream()
                .filter(Resource::hasAllocationInfo)
                .map(resource -> resource.getAllocationInfo().getRole())
                .findFirst()
                .orElse(framework.getRolesCount() > 0 ? framework.getRoles(0) : singleRole(framework));
    }

    @SuppressWarnings("deprecation") // the only role of a framework without MULTI_ROLE, which still may subscribe
    static String singleRole(FrameworkInfo framework) {
        return framework.getRole();
    }
}
