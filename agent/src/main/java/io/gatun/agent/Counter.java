package io.gatun.agent;

/** What an agent counts since its start, named as in Mesos' metrics. */
public enum Counter {
    TASKS_FINISHED("slave/tasks_finished"),
    TASKS_FAILED("slave/tasks_failed"),
    TASKS_KILLED("slave/tasks_killed"),
    TASKS_LOST("slave/tasks_lost"),
    TASKS_GONE("slave/tasks_gone"),
    VALID_STATUS_UPDATES("slave/valid_status_updates"),
    INVALID_STATUS_UPDATES("slave/invalid_status_updates"),
    VALID_FRAMEWORK_MESSAGES("slave/valid_framework_messages"),
    INVALID_FRAMEWORK_MESSAGES("slave/invalid_framework_messages"),
    CONTAINER_LAUNCH_ERRORS("slave/container_launch_errors"),
    CONTAINER_DESTROY_ERRORS("containerizer/mesos/container_destroy_errors"),
    EXECUTORS_TERMINATED("slave/executors_terminated"),
    RECOVERY_ERRORS("slave/recovery_errors"),
    GC_SUCCEEDED("gc/path_removals_succeeded"),
    GC_FAILED("gc/path_removals_failed");

    private final String metric;

    Counter(String metric) {
        this.metric = metric;
    }

    /** The metric's name. */
    public String metric() {
        return metric;
    }
}
