package io.gatun.master.state;

import io.gatun.mesos.v1.TaskState;

/** What the states of a task mean. */
public final class TaskStates {
    private TaskStates() {}

    /** Whether a task in this state has ended for good. UNREACHABLE and UNKNOWN may still turn out to run. */
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

    static Counter counter(TaskState state) {
        return switch (state) {
            case TASK_FINISHED -> Counter.TASKS_FINISHED;
            case TASK_FAILED -> Counter.TASKS_FAILED;
            case TASK_KILLED -> Counter.TASKS_KILLED;
            case TASK_ERROR -> Counter.TASKS_ERROR;
            case TASK_LOST -> Counter.TASKS_LOST;
            case TASK_DROPPED -> Counter.TASKS_DROPPED;
            case TASK_GONE -> Counter.TASKS_GONE;
            case TASK_GONE_BY_OPERATOR -> Counter.TASKS_GONE_BY_OPERATOR;
            default -> throw new IllegalArgumentException(state + " is not terminal");
        };
    }
}
