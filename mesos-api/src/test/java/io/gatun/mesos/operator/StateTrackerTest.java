package io.gatun.mesos.operator;

import static io.gatun.mesos.operator.Clusters.added;
import static io.gatun.mesos.operator.Clusters.agent;
import static io.gatun.mesos.operator.Clusters.agentAdded;
import static io.gatun.mesos.operator.Clusters.agentInfo;
import static io.gatun.mesos.operator.Clusters.agentRemoved;
import static io.gatun.mesos.operator.Clusters.framework;
import static io.gatun.mesos.operator.Clusters.subscribed;
import static io.gatun.mesos.operator.Clusters.task;
import static io.gatun.mesos.operator.Clusters.updated;
import static io.gatun.mesos.v1.TaskState.TASK_FAILED;
import static io.gatun.mesos.v1.TaskState.TASK_RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.master.Event;
import io.gatun.mesos.v1.master.Response;
import io.gatun.mesos.v1.master.Response.GetAgents;
import io.gatun.mesos.v1.master.Response.GetFrameworks;
import io.gatun.mesos.v1.master.Response.GetTasks;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StateTrackerTest {
    private static final long GRACE_MS = 30_000;

    private final StateTracker tracker = new StateTracker(GRACE_MS);

    private static Event full() {
        return subscribed(Response.GetState.newBuilder()
                .setGetAgents(GetAgents.newBuilder().addAgents(agent("a")).addAgents(agent("b")))
                .setGetFrameworks(GetFrameworks.newBuilder().addFrameworks(framework("f")))
                .setGetTasks(GetTasks.newBuilder()
                        .addTasks(task("t1", "a", TASK_RUNNING))
                        .addTasks(task("t2", "b", TASK_RUNNING))));
    }

    /** What a master says that has just been elected: it waits for its agents. */
    private static Event newMaster() {
        return subscribed(Response.GetState.newBuilder()
                .setGetAgents(GetAgents.newBuilder()
                        .addRecoveredAgents(agentInfo("a"))
                        .addRecoveredAgents(agentInfo("b"))));
    }

    private List<String> tasks() {
        return tracker.state().tasks().stream().map(Task::getName).sorted().toList();
    }

    @Test
    void shouldHoldTasksUntilTheirAgentsReportToTheNewMaster() {
        tracker.apply(full(), 0);
        tracker.apply(newMaster(), 10_000);
        assertThat(tasks()).containsExactly("t1", "t2");
        assertThat(tracker.state().framework("f")).isPresent();
        assertThat(tracker.state().agent("a")).isPresent();
        tracker.apply(agentAdded("a"), 11_000);
        tracker.apply(added(task("t1", "a", TASK_RUNNING)), 11_000);
        tracker.expire(13_000);
        assertThat(tasks()).containsExactly("t1", "t2");
        tracker.expire(10_000 + GRACE_MS);
        assertThat(tasks()).as("b did not come back in time").containsExactly("t1");
        assertThat(tracker.state().agent("b")).isEmpty();
        assertThat(tracker.state().framework("f")).as("t1 needs it").isPresent();
    }

    @Test
    void shouldDropTasksThatTheirAgentNoLongerReports() {
        tracker.apply(full(), 0);
        tracker.apply(newMaster(), 10_000);
        tracker.apply(agentAdded("a"), 11_000);
        tracker.expire(11_500);
        assertThat(tasks()).containsExactly("t1", "t2");
        tracker.expire(12_000);
        assertThat(tasks()).containsExactly("t2");
    }

    @Test
    void shouldSwapAtOnceWhenTheSnapshotHasTheAgent() {
        tracker.apply(full(), 0);
        tracker.apply(
                subscribed(Response.GetState.newBuilder()
                        .setGetAgents(
                                GetAgents.newBuilder().addAgents(agent("a")).addAgents(agent("b")))
                        .setGetTasks(GetTasks.newBuilder().addTasks(task("t2", "b", TASK_RUNNING)))),
                1_000);
        assertThat(tasks()).containsExactly("t2");
    }

    @Test
    void shouldApplyEventsToHeldTasks() {
        tracker.apply(full(), 0);
        tracker.apply(newMaster(), 10_000);
        tracker.apply(updated("t1", TASK_FAILED), 10_100);
        assertThat(tasks()).containsExactly("t2");
        tracker.apply(agentRemoved("b"), 10_200);
        assertThat(tasks()).isEmpty();
    }

    @Test
    void shouldKeepATaskWhoseAgentIsAnnouncedAfterIt() {
        tracker.apply(full(), 0);
        tracker.apply(newMaster(), 10_000);
        tracker.apply(added(task("t1", "a", TASK_RUNNING)), 11_000);
        tracker.apply(agentAdded("a"), 11_000);
        tracker.expire(100_000);
        assertThat(tasks()).containsExactly("t1");
    }

    @Test
    void shouldWaitAtFirstForAgentsThatAreExpectedBack() {
        assertThat(tracker.ready(0)).isFalse();
        tracker.apply(newMaster(), 0);
        assertThat(tracker.ready(100)).isFalse();
        tracker.apply(agentAdded("a"), 200);
        assertThat(tracker.ready(300)).isFalse();
        tracker.apply(agentAdded("b"), 300);
        assertThat(tracker.ready(300)).isTrue();

        StateTracker alone = new StateTracker(GRACE_MS);
        alone.apply(newMaster(), 0);
        assertThat(alone.ready(5_000)).as("but not for ever").isTrue();
    }
}
