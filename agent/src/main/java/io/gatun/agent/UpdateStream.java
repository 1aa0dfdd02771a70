package io.gatun.agent;

import com.google.protobuf.ByteString;
import io.gatun.agent.store.UpdateLog;
import io.gatun.mesos.v1.TaskStatus;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * The status updates of one task on their way to the scheduler: one is in flight at a time, the next follows its
 * acknowledgement. Owned by the loop.
 */
final class UpdateStream implements AutoCloseable {
    private final Optional<UpdateLog> log;
    private final Queue<TaskStatus> pending = new ArrayDeque<>();

    /** A stream without a past; {@code log} is empty for a task that never was checkpointed. */
    UpdateStream(Optional<UpdateLog> log) {
        this.log = log;
    }

    /** A stream as it was when the last agent ended. */
    UpdateStream(UpdateLog log, List<TaskStatus> updates, Set<ByteString> acknowledged) {
        this.log = Optional.of(log);
        for (TaskStatus update : updates) {
            if (!acknowledged.contains(update.getUuid())) {
                pending.add(update);
            }
        }
    }

    /** Adds an update, which is on disk when this returns. */
    void add(TaskStatus status) {
        log.ifPresent(file -> file.update(status));
        pending.add(status);
    }

    /** The update in flight. */
    Optional<TaskStatus> head() {
        return Optional.ofNullable(pending.peek());
    }

    /**
     * Takes the update in flight off, on disk too.
     *
     * @return it, or empty when {@code uuid} is not its: an acknowledgement that was repeated
     */
    Optional<TaskStatus> acknowledge(ByteString uuid) {
        TaskStatus head = pending.peek();
        if (head == null || !head.getUuid().equals(uuid)) {
            return Optional.empty();
        }
        log.ifPresent(file -> file.acknowledged(uuid));
        pending.remove();
        return Optional.of(head);
    }

    @Override
    public void close() {
        log.ifPresent(UpdateLog::close);
    }
}
