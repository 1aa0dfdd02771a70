package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;

/** A task that a registered agent has, or had until its terminal update is acknowledged. */
final class LiveTask {
    final String role;
    final Resources resources;
    Task proto;
    /** Whether the task still holds its resources: false from the moment a terminal state is known. */
    boolean holds = true;

    LiveTask(Task proto, String role, Resources resources) {
        this.proto = proto;
        this.role = role;
        this.resources = resources;
    }

    String id() {
        return proto.getTaskId().getValue();
    }

    String agentId() {
        return proto.getAgentId().getValue();
    }

    String frameworkId() {
        return proto.getFrameworkId().getValue();
    }

    TaskState state() {
        return proto.getState();
    }
}
