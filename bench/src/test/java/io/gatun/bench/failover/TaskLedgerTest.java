package io.gatun.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLedgerTest {
    private static final String TASK = "task";

    @TempDir
    Path folder;

    private TaskLedger ledger;

    @BeforeEach
    void openLedger() {
        ledger = new TaskLedger(folder);
    }

    @Test
    void shouldFindNothingWrongWithATaskThatRanAndFinished() throws IOException {
        launch(TaskLedger.Kind.PASSING);
        start();
        told(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
        assertThat(ledger.problems()).isEmpty();
        assertThat(ledger.unsettled(TaskLedger.Kind.PASSING)).isZero();
        assertThat(ledger.counts()).isEqualTo("1 tasks: 1 ended, 0 never were, 0 run");
    }

    @Test
    void shouldFindNothingWrongWithALaunchThatWasLost() {
        launch(TaskLedger.Kind.PASSING);
        assertThat(ledger.problems()).singleElement().asString().contains("neither here nor gone");
        told(TaskState.TASK_UNKNOWN);
        assertThat(ledger.problems()).isEmpty();
        assertThat(ledger.open()).as("it is asked for on").containsKey(TASK);
    }

    @Test
    void shouldFindATaskThatRunsAndIsCalledLost() throws IOException {
        launch(TaskLedger.Kind.PASSING);
        start();
        told(TaskState.TASK_UNKNOWN);
        assertThat(ledger.problems()).singleElement().asString().contains("nobody was told");
    }

    @Test
    void shouldFindATaskThatRanTwice() throws IOException {
        launch(TaskLedger.Kind.PASSING);
        start();
        start();
        told(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
        assertThat(ledger.problems()).singleElement().asString().contains("more than once");
    }

    @Test
    void shouldFindATaskThatNeverRan() {
        launch(TaskLedger.Kind.PASSING);
        told(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
        assertThat(ledger.problems()).singleElement().asString().contains("was said to run and never did");
    }

    @Test
    void shouldFindALastingTaskThatWasCalledLostForAMoment() throws IOException {
        launch(TaskLedger.Kind.LASTING);
        start();
        told(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
        assertThat(ledger.problems()).isEmpty();
        told(TaskState.TASK_UNREACHABLE, TaskState.TASK_RUNNING);
        assertThat(ledger.problems()).singleElement().asString().contains("ended otherwise", "TASK_UNREACHABLE");
    }

    @Test
    void shouldWantTheEndOfLastingTasksOnlyWhenTheyAreKilled() throws IOException {
        launch(TaskLedger.Kind.LASTING);
        start();
        told(TaskState.TASK_RUNNING, TaskState.TASK_KILLED);
        assertThat(ledger.problems()).hasSize(1);
        ledger.killing();
        assertThat(ledger.problems()).isEmpty();
    }

    private void launch(TaskLedger.Kind kind) {
        ledger.launching(TASK, kind, AgentID.newBuilder().setValue("agent").build());
    }

    /** What the task itself does. */
    private void start() throws IOException {
        Files.writeString(folder.resolve(TASK), "started\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void told(TaskState... states) {
        for (TaskState state : states) {
            ledger.update(TaskStatus.newBuilder()
                    .setTaskId(TaskID.newBuilder().setValue(TASK))
                    .setState(state)
                    .build());
        }
    }
}
