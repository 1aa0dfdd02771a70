package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UpdateManagerTest {
    private static final TaskKey KEY = new TaskKey("f", "t");

    private final FakeLoop loop = new FakeLoop();
    private final List<TaskState> sent = new ArrayList<>();
    private final UpdateManager updates = new UpdateManager(loop, (key, status) -> sent.add(status.getState()));

    @BeforeEach
    void open() {
        updates.open(KEY, new UpdateStream(Optional.empty()));
    }

    @Test
    void shouldSendNothingWithoutMaster() {
        updates.update(KEY, status(TaskState.TASK_STARTING));
        loop.advance(Duration.ofHours(1));
        assertThat(sent).isEmpty();
    }

    @Test
    void shouldRetryAfterTenSecondsDoublingToTenMinutes() {
        updates.linked();
        updates.update(KEY, status(TaskState.TASK_STARTING));
        assertThat(sent).hasSize(1);
        long waitSeconds = 10;
        for (int count = 2; count <= 10; count++) {
            loop.advance(Duration.ofSeconds(waitSeconds).minusMillis(500));
            assertThat(sent).hasSize(count - 1);
            loop.advance(Duration.ofMillis(500));
            assertThat(sent).hasSize(count);
            waitSeconds = Math.min(waitSeconds * 2, 600);
        }
        assertThat(waitSeconds).isEqualTo(600);
    }

    @Test
    void shouldHaveOneUpdateInFlight() {
        updates.linked();
        updates.update(KEY, status(TaskState.TASK_STARTING));
        updates.update(KEY, status(TaskState.TASK_RUNNING));
        assertThat(sent).containsExactly(TaskState.TASK_STARTING);
        assertThat(updates.acknowledge(KEY, uuid(TaskState.TASK_STARTING))).isPresent();
        assertThat(sent).containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
    }

    @Test
    void shouldIgnoreRepeatedAcknowledgement() {
        updates.linked();
        updates.update(KEY, status(TaskState.TASK_STARTING));
        updates.update(KEY, status(TaskState.TASK_RUNNING));
        updates.acknowledge(KEY, uuid(TaskState.TASK_STARTING));
        assertThat(updates.acknowledge(KEY, uuid(TaskState.TASK_STARTING))).isEmpty();
        assertThat(updates.acknowledge(new TaskKey("f", "other"), uuid(TaskState.TASK_STARTING)))
                .isEmpty();
        assertThat(sent).hasSize(2);
    }

    @Test
    void shouldSendAgainAtOnceAfterRegistration() {
        updates.linked();
        updates.update(KEY, status(TaskState.TASK_STARTING));
        loop.advance(Duration.ofSeconds(75));
        int before = sent.size();
        updates.unlinked();
        loop.advance(Duration.ofHours(1));
        assertThat(sent).hasSize(before);
        updates.linked();
        assertThat(sent).hasSize(before + 1);
        loop.advance(Duration.ofSeconds(11));
        assertThat(sent).as("the back-off begins anew").hasSize(before + 2);
    }

    @Test
    void shouldStopRetryingWhenClosed() {
        updates.linked();
        updates.update(KEY, status(TaskState.TASK_STARTING));
        updates.close(KEY);
        loop.advance(Duration.ofHours(1));
        assertThat(sent).hasSize(1);
    }

    private static TaskStatus status(TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t"))
                .setState(state)
                .setUuid(uuid(state))
                .build();
    }

    private static ByteString uuid(TaskState state) {
        return ByteString.copyFromUtf8(String.format("%16d", state.getNumber()));
    }
}
