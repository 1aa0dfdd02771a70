package io.gatun.agent;

import io.gatun.agent.store.RunPath;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.util.Optional;

/** Tells schedulers when the health of their tasks changes, as far as a containerizer checks it. Owned by the loop. */
final class TaskHealth {
    private final TaskBook book;
    private final Statuses statuses;
    private final TaskReports reports;

    TaskHealth(TaskBook book, Statuses statuses, TaskReports reports) {
        this.book = book;
        this.statuses = statuses;
        this.reports = reports;
    }

    /** A check's result; of a task that is not reported as running yet, its TASK_RUNNING will tell it. */
    void checked(String containerId, boolean healthy) {
        book.tasks().stream()
                .filter(task -> task.run()
                        .map(RunPath::containerId)
                        .filter(containerId::equals)
                        .isPresent())
                .filter(task -> !task.healthy().equals(Optional.of(healthy)))
                .forEach(task -> {
                    task.healthy(healthy);
                    if (task.phase() == AgentTask.Phase.RUNNING && task.state() == TaskState.TASK_RUNNING) {
                        reports.report(
                                task,
                                statuses.fromTask(task, TaskState.TASK_RUNNING)
                                        .setReason(TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED)
                                        .build());
                    }
                });
    }
}
