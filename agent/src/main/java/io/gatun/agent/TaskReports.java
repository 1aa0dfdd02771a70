package io.gatun.agent;

import io.gatun.agent.store.UpdateLog;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes every status update of a task to the three places that must know it: the task, the scheduler, the counters. */
final class TaskReports {
    private static final Logger LOGGER = LoggerFactory.getLogger(TaskReports.class);

    private final UpdateManager updates;
    private final Map<Counter, Long> counters = new EnumMap<>(Counter.class);
    private final Runnable onChange;

    /** @param onChange called after each change that a snapshot would show */
    TaskReports(UpdateManager updates, Runnable onChange) {
        this.updates = updates;
        this.onChange = onChange;
        for (Counter counter : Counter.values()) {
            counters.put(counter, 0L);
        }
    }

    /** Begins a task's updates; {@code log} is empty for a task that is not checkpointed. */
    void open(AgentTask task, Optional<UpdateLog> log) {
        updates.open(task.key(), new UpdateStream(log));
        onChange.run();
    }

    /** Reports; the update is on disk when this returns. */
    void report(AgentTask task, TaskStatus status) {
        LOGGER.info(
                "{} is {}{}{}",
                task.key(),
                status.getState(),
                status.hasReason() ? ", " + status.getReason() : "",
                status.hasMessage() ? ": " + status.getMessage() : "");
        // First the task: the update tells its newest state, which is this one at least.
        task.add(status);
        // Whoever hears of the update and asks is not to be shown what was before: so the sending comes last.
        count(status.getState());
        onChange.run();
        updates.update(task.key(), status);
    }

    /** Something that a snapshot shows has changed without a status update. */
    void changed() {
        onChange.run();
    }

    void count(Counter counter) {
        counters.merge(counter, 1L, Long::sum);
        onChange.run();
    }

    Map<Counter, Long> counters() {
        return Map.copyOf(counters);
    }

    private void count(TaskState state) {
        switch (state) {
            case TASK_FINISHED -> count(Counter.TASKS_FINISHED);
            case TASK_FAILED -> count(Counter.TASKS_FAILED);
            case TASK_KILLED -> count(Counter.TASKS_KILLED);
            case TASK_LOST, TASK_DROPPED -> count(Counter.TASKS_LOST);
            case TASK_GONE -> count(Counter.TASKS_GONE);
            default -> {}
        }
    }
}
