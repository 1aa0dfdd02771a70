package io.gatun.master.registry;

import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import java.util.Collection;
import java.util.function.UnaryOperator;

/**
 * A task as the registry has it: bytes, of which only is known whose it is and how it is. The rest is decoded when somebody
 * wants it for the first time, if ever: the agents of most tasks come back soon and describe them anew. Immutable, for any
 * thread.
 */
public final class StoredTask {
    private final Item item;
    private final TaskHead head;
    private volatile Task task;

    /**
     * Of an item of that kind.
     *
     * @throws RegistryException when it does not tell whose it is
     */
    StoredTask(Item item, UnaryOperator<String> names) {
        this.item = item;
        this.head = item.taskHead(names);
    }

    /** Whose it is. */
    public String frameworkId() {
        return head.frameworkId();
    }

    /** Its own id. */
    public String taskId() {
        return head.taskId();
    }

    /** Where it runs. */
    public String agentId() {
        return head.agentId();
    }

    /** As of the record. */
    public TaskState state() {
        return head.state();
    }

    /**
     * All of it; decoded once.
     *
     * @throws RegistryException when it cannot be decoded
     */
    public Task task() {
        Task known = task;
        if (known == null) {
            known = item.decode(Kind.TASK, TaskRecord.parser()).getTask();
            task = known;
        }
        return known;
    }

    /** Has many decoded that will all be looked at, on all processors. */
    public static void decode(Collection<StoredTask> tasks) {
        tasks.parallelStream().forEach(StoredTask::task);
    }
}
