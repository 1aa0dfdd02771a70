package io.gatun.mesos.operator;

import io.gatun.mesos.v1.Task;

/** Task ids are unique within a framework only. */
public record TaskKey(String frameworkId, String taskId) {
    /** The key of {@code task}. */
    public static TaskKey of(Task task) {
        return new TaskKey(task.getFrameworkId().getValue(), task.getTaskId().getValue());
    }
}
