package io.gatun.mesos.operator;

import static io.gatun.mesos.operator.Clusters.added;
import static io.gatun.mesos.operator.Clusters.agentAdded;
import static io.gatun.mesos.operator.Clusters.agentRemoved;
import static io.gatun.mesos.operator.Clusters.frameworkAdded;
import static io.gatun.mesos.operator.Clusters.frameworkRemoved;
import static io.gatun.mesos.operator.Clusters.key;
import static io.gatun.mesos.operator.Clusters.task;
import static io.gatun.mesos.operator.Clusters.updated;
import static io.gatun.mesos.v1.TaskState.TASK_FINISHED;
import static io.gatun.mesos.v1.TaskState.TASK_RUNNING;
import static io.gatun.mesos.v1.TaskState.TASK_STAGING;
import static io.gatun.mesos.v1.TaskState.TASK_STARTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.master.Event;
import org.junit.jupiter.api.Test;

final class ClusterStateTest {
    private static ClusterState after(Event... events) {
        ClusterState state = ClusterState.EMPTY;
        for (Event event : events) {
            state = state.apply(event);
        }
        return state;
    }

    @Test
    void shouldFollowATaskFromStagingToItsEnd() {
        ClusterState started = after(
                agentAdded("a"),
                frameworkAdded("f"),
                added(task("t", "a", TASK_STAGING)),
                updated("t", TASK_STARTING),
                updated("t", TASK_RUNNING),
                updated("t", TASK_RUNNING));
        Task task = started.task(key("t")).orElseThrow();
        assertThat(task.getState()).isEqualTo(TASK_RUNNING);
        assertThat(task.getStatusesList()).extracting("state").containsExactly(TASK_STARTING, TASK_RUNNING);
        ClusterState ended = started.apply(updated("t", TASK_FINISHED));
        assertThat(ended.tasks()).isEmpty();
        assertThat(started.tasks()).as("the earlier value is untouched").hasSize(1);
    }

    @Test
    void shouldDropTasksWithTheirAgentOrFramework() {
        ClusterState two = after(
                agentAdded("a"),
                agentAdded("b"),
                frameworkAdded("f"),
                added(task("t1", "a", TASK_RUNNING)),
                added(task("t2", "b", TASK_RUNNING)));
        assertThat(two.apply(agentRemoved("a")).tasks())
                .extracting(Task::getName)
                .containsExactly("t2");
        assertThat(two.apply(agentRemoved("a")).agent("a")).isEmpty();
        assertThat(two.apply(frameworkRemoved("f")).tasks()).isEmpty();
    }

    @Test
    void shouldIgnoreUpdatesOfUnknownTasksAndHeartbeats() {
        ClusterState state = after(agentAdded("a"));
        assertThat(state.apply(updated("x", TASK_RUNNING))).isSameAs(state);
        assertThat(state.apply(Event.newBuilder().setType(Event.Type.HEARTBEAT).build()))
                .isSameAs(state);
    }

    @Test
    void shouldKeepManyTasksApart() {
        ClusterState state = ClusterState.EMPTY;
        for (int i = 0; i < 20_000; i++) {
            state = state.apply(added(task("t" + i, "a", TASK_RUNNING)));
        }
        assertThat(state.tasks()).hasSize(20_000).extracting(Task::getName).doesNotHaveDuplicates();
        for (int i = 0; i < 20_000; i += 2) {
            state = state.apply(updated("t" + i, TASK_FINISHED));
        }
        assertThat(state.tasks()).hasSize(10_000);
        assertThat(state.task(key("t1"))).isPresent();
        assertThat(state.task(key("t2"))).isEmpty();
    }
}
