package io.gatun.agent;

import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.TaskID;

/** Names a task on this agent: task ids are unique only within a framework. */
record TaskKey(String frameworkId, String taskId) {
    static TaskKey of(FrameworkID framework, TaskID task) {
        return new TaskKey(framework.getValue(), task.getValue());
    }

    FrameworkID framework() {
        return FrameworkID.newBuilder().setValue(frameworkId).build();
    }

    TaskID task() {
        return TaskID.newBuilder().setValue(taskId).build();
    }

    @Override
    public String toString() {
        return "task " + taskId + " of framework " + frameworkId;
    }
}
