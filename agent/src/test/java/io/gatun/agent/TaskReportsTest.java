package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TaskReportsTest {
    private final List<String> order = new ArrayList<>();

    /** The master may answer, and ask for the state, before the agent's thread does anything more. */
    @Test
    void shouldSendAnUpdateWhenTheStateThatIsShownHasItAlready() {
        UpdateManager updates =
                new UpdateManager(new FakeLoop(), (key, status) -> order.add("sent " + status.getState()));
        TaskReports reports = new TaskReports(updates, () -> order.add("changed"));
        AgentTask task =
                new AgentTask(new TaskKey("f", "t"), "m-S0", Samples.task("t").build(), Samples.USER, Optional.empty());
        updates.linked();
        reports.open(task, Optional.empty());
        order.clear();
        reports.report(
                task,
                TaskStatus.newBuilder()
                        .setTaskId(task.info().getTaskId())
                        .setState(TaskState.TASK_FINISHED)
                        .build());
        assertThat(order).contains("changed").endsWith("sent TASK_FINISHED");
        assertThat(reports.counters()).containsEntry(Counter.TASKS_FINISHED, 1L);
    }
}
