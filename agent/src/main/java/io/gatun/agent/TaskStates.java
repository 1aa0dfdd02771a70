package io.gatun.agent;

import io.gatun.mesos.v1.TaskState;

/** Facts about task states (mesos.proto, enum TaskState). */
public final class TaskStates {
    private TaskStates() {}

    /** Whether no update can follow. UNREACHABLE and UNKNOWN are not terminal: the task may come back. */
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
