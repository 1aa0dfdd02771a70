package io.gatun.master.operator;

import io.gatun.master.state.TaskList;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import java.util.EnumMap;
import java.util.Map;

/** How many tasks are in each state. Not thread-safe. */
public final class TaskCounts {
    private final Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);

    /** Counts each of {@code tasks} by its state. */
    public TaskCounts addAll(Iterable<Task> tasks) {
        if (tasks instanceof TaskList list) {
            list.forEachState(this::add);
        } else {
            tasks.forEach(task -> add(task.getState()));
        }
        return this;
    }

    /** Counts one task. */
    public void add(Task task) {
        add(task.getState());
    }

    private void add(TaskState state) {
        counts.merge(state, 1, Integer::sum);
    }

    /** How many are in {@code state}. */
    public int in(TaskState state) {
        return counts.getOrDefault(state, 0);
    }
}
