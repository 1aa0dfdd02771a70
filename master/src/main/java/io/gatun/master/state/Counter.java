package io.gatun.master.state;

import io.gatun.mesos.v1.TaskState;

/** What the master counts, with the names of Mesos' {@code docs/monitoring.md}. */
public enum Counter {
    AGENT_REGISTRATIONS("master/slave_registrations"),
    AGENT_REREGISTRATIONS("master/slave_reregistrations"),
    AGENT_REMOVALS("master/slave_removals"),
    AGENT_REMOVALS_UNHEALTHY("master/slave_removals/reason_unhealthy"),
    AGENT_REMOVALS_UNREGISTERED("master/slave_removals/reason_unregistered"),
    AGENT_REMOVALS_MAINTENANCE("master/slave_removals/reason_maintenance"),
    AGENT_REMOVALS_REGISTERED("master/slave_removals/reason_registered"),
    AGENT_UNREACHABLE_SCHEDULED("master/slave_unreachable_scheduled"),
    AGENT_UNREACHABLE_CANCELED("master/slave_unreachable_canceled"),
    AGENT_UNREACHABLE_COMPLETED("master/slave_unreachable_completed"),
    RECOVERY_AGENT_REMOVALS("master/recovery_slave_removals"),
    RECOVERY_AGENT_REMOVALS_REFUSED("master/recovery_slave_removals_refused"),
    MASTER_STALLS("master/stalls"),
    TASKS_FINISHED("master/tasks_finished"),
    TASKS_FAILED("master/tasks_failed"),
    TASKS_KILLED("master/tasks_killed"),
    TASKS_LOST("master/tasks_lost"),
    TASKS_ERROR("master/tasks_error"),
    TASKS_DROPPED("master/tasks_dropped"),
    TASKS_GONE("master/tasks_gone"),
    TASKS_GONE_BY_OPERATOR("master/tasks_gone_by_operator"),
    TASK_LOST_INVALID_OFFERS("master/task_lost/source_master/reason_invalid_offers"),
    TASK_LOST_AGENT_REMOVED("master/task_lost/source_master/reason_slave_removed"),
    DROPPED_MESSAGES("master/dropped_messages"),
    MESSAGES_REGISTER_FRAMEWORK("master/messages_register_framework"),
    MESSAGES_REREGISTER_FRAMEWORK("master/messages_reregister_framework"),
    MESSAGES_UNREGISTER_FRAMEWORK("master/messages_unregister_framework"),
    MESSAGES_REGISTER_AGENT("master/messages_register_slave"),
    MESSAGES_REREGISTER_AGENT("master/messages_reregister_slave"),
    MESSAGES_UNREGISTER_AGENT("master/messages_unregister_slave"),
    MESSAGES_LAUNCH_TASKS("master/messages_launch_tasks"),
    MESSAGES_DECLINE_OFFERS("master/messages_decline_offers"),
    MESSAGES_REVIVE_OFFERS("master/messages_revive_offers"),
    MESSAGES_SUPPRESS_OFFERS("master/messages_suppress_offers"),
    MESSAGES_KILL_TASK("master/messages_kill_task"),
    MESSAGES_RECONCILE_TASKS("master/messages_reconcile_tasks"),
    MESSAGES_RECONCILE_OPERATIONS("master/messages_reconcile_operations"),
    MESSAGES_RESOURCE_REQUEST("master/messages_resource_request"),
    MESSAGES_STATUS_UPDATE("master/messages_status_update"),
    MESSAGES_STATUS_UPDATE_ACKNOWLEDGEMENT("master/messages_status_update_acknowledgement"),
    MESSAGES_OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT("master/messages_operation_status_update_acknowledgement"),
    MESSAGES_FRAMEWORK_TO_EXECUTOR("master/messages_framework_to_executor"),
    MESSAGES_EXECUTOR_TO_FRAMEWORK("master/messages_executor_to_framework"),
    MESSAGES_EXITED_EXECUTOR("master/messages_exited_executor"),
    VALID_STATUS_UPDATES("master/valid_status_updates"),
    INVALID_STATUS_UPDATES("master/invalid_status_updates"),
    VALID_STATUS_UPDATE_ACKNOWLEDGEMENTS("master/valid_status_update_acknowledgements"),
    INVALID_STATUS_UPDATE_ACKNOWLEDGEMENTS("master/invalid_status_update_acknowledgements"),
    INVALID_OPERATION_ACKNOWLEDGEMENTS("master/invalid_operation_status_update_acknowledgements"),
    VALID_FRAMEWORK_TO_EXECUTOR_MESSAGES("master/valid_framework_to_executor_messages"),
    INVALID_FRAMEWORK_TO_EXECUTOR_MESSAGES("master/invalid_framework_to_executor_messages"),
    VALID_EXECUTOR_TO_FRAMEWORK_MESSAGES("master/valid_executor_to_framework_messages"),
    INVALID_EXECUTOR_TO_FRAMEWORK_MESSAGES("master/invalid_executor_to_framework_messages"),
    ALLOCATION_RUNS("allocator/mesos/allocation_runs");

    private final String metric;

    Counter(String metric) {
        this.metric = metric;
    }

    /** The name under {@code /metrics/snapshot}. */
    public String metric() {
        return metric;
    }

    /** That of tasks which ended in a state. */
    static Counter ofEnd(TaskState state) {
        return switch (state) {
            case TASK_FINISHED -> TASKS_FINISHED;
            case TASK_FAILED -> TASKS_FAILED;
            case TASK_KILLED -> TASKS_KILLED;
            case TASK_ERROR -> TASKS_ERROR;
            case TASK_LOST -> TASKS_LOST;
            case TASK_DROPPED -> TASKS_DROPPED;
            case TASK_GONE -> TASKS_GONE;
            case TASK_GONE_BY_OPERATOR -> TASKS_GONE_BY_OPERATOR;
            default -> throw new IllegalArgumentException(state + " is not terminal");
        };
    }
}
