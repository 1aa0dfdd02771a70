package io.gatun.master.state;

import io.gatun.master.registry.StoredTask;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import java.util.AbstractList;
import java.util.Collection;
import java.util.RandomAccess;
import java.util.function.Consumer;

/**
 * A framework's tasks, of which those that were recovered are not decoded before somebody looks at them. Immutable, for any
 * thread.
 */
public final class TaskList extends AbstractList<Task> implements RandomAccess {
    /** Each a {@link Task} or a {@link StoredTask}. */
    private final Object[] tasks;

    TaskList(Collection<LiveTask> live, Collection<StoredTask> recovered) {
        tasks = new Object[live.size() + recovered.size()];
        int next = 0;
        for (LiveTask task : live) {
            tasks[next++] = task.proto;
        }
        for (StoredTask task : recovered) {
            tasks[next++] = task;
        }
    }

    @Override
    public Task get(int index) {
        return tasks[index] instanceof StoredTask stored ? stored.task() : (Task) tasks[index];
    }

    @Override
    public int size() {
        return tasks.length;
    }

    /** Tells the state of each task; decodes none. */
    public void forEachState(Consumer<TaskState> consumer) {
        for (Object task : tasks) {
            consumer.accept(task instanceof StoredTask stored ? stored.state() : ((Task) task).getState());
        }
    }
}
