package io.gatun.agent;

import io.gatun.agent.AgentSnapshot.ExecutorView;
import io.gatun.agent.AgentSnapshot.FrameworkView;
import io.gatun.agent.store.Layout;
import io.gatun.mesos.v1.FrameworkInfo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A framework that has or had tasks here. Owned by the loop. */
final class AgentFramework {
    private final Layout layout;
    private final int completedMax;
    private final Map<TaskKey, AgentTask> tasks = new LinkedHashMap<>();
    private final Deque<ExecutorView> completed = new ArrayDeque<>();
    private FrameworkInfo info;

    AgentFramework(FrameworkInfo info, Layout layout, int completedMax) {
        this.info = info;
        this.layout = layout;
        this.completedMax = completedMax;
    }

    FrameworkInfo info() {
        return info;
    }

    void info(FrameworkInfo newer) {
        info = newer;
    }

    String id() {
        return info.getId().getValue();
    }

    boolean has(FrameworkInfo.Capability.Type capability) {
        return info.getCapabilitiesList().stream().anyMatch(c -> c.getType() == capability);
    }

    Map<TaskKey, AgentTask> tasks() {
        return tasks;
    }

    void complete(AgentTask task) {
        tasks.remove(task.key());
        completed.add(view(task));
        while (completed.size() > completedMax) {
            completed.remove();
        }
    }

    FrameworkView view() {
        return new FrameworkView(info, tasks.values().stream().map(this::view).toList(), List.copyOf(completed));
    }

    private ExecutorView view(AgentTask task) {
        return new ExecutorView(
                task.key().taskId(),
                task.run().map(run -> run.containerId()),
                task.run().map(layout::sandbox),
                task.info(),
                task.toTask(),
                task.phase() == AgentTask.Phase.LAUNCHING,
                task.phase() == AgentTask.Phase.RUNNING);
    }
}
