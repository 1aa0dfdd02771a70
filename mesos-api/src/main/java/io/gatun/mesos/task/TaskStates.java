package io.gatun.mesos.task;

import io.gatun.mesos.v1.TaskState;

/** What the states of a task mean (mesos.proto, enum TaskState). */
public final class TaskStates {
    private TaskStates() {}

    /** Whether a task in this state has ended for good. TASK_UNREACHABLE and TASK_UNKNOWN have not: such tasks may return. */
    public static boolean terminal(TaskState state) {
        return switch (state) {
            case TASK_FINISHED,
                    TASK_FAILED,
                    TASK_KILLED,
                    TASK_ERROR,
                    TASK_LOST,
                    TASK_DROPPED,
                    TASK_GONE,
                    TASK_GONE_BY_OPERATOR -> true;
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE, TASK_UNKNOWN -> false;
        };
    }
}
