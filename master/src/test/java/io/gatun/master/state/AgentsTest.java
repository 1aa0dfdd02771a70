package io.gatun.master.state;

import static io.gatun.mesos.v1.master.Event.Type.AGENT_ADDED;
import static io.gatun.mesos.v1.master.Event.Type.AGENT_REMOVED;
import static io.gatun.mesos.v1.master.Event.Type.FRAMEWORK_ADDED;
import static io.gatun.mesos.v1.master.Event.Type.TASK_ADDED;
import static io.gatun.mesos.v1.master.Event.Type.TASK_UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentsTest {
    private final Harness master = new Harness();
    private String agent;
    private AgentID agentId;
    private String stream;

    @BeforeEach
    void runATask() {
        agent = master.register(Harness.agent("cpus:4;mem:1024").build());
        agentId = master.agentId(agent);
        stream = master.subscribe(Harness.framework().setFailoverTimeout(1e6).build());
        master.launch(stream, master.lastOffer(stream), Harness.task(agentId, "t", "cpus:1;mem:100"));
        master.update(agent, master.frameworkId(stream), "t", TaskState.TASK_RUNNING, "uuid-of-16-bytes");
    }

    @Test
    void shouldTellTheAgentItsIdAndTheTimeUntilItIsGivenUp() {
        AgentEvent.Subscribed subscribed = master.agentEvents(agent).getFirst().getSubscribed();
        assertThat(subscribed.getAgentId().getValue()).isEqualTo("m-1000000-S0");
        assertThat(subscribed.getPingTimeoutSeconds()).isEqualTo(75);
        assertThat(master.registry.view().agents()).containsOnlyKeys("m-1000000-S0");
    }

    @Test
    void shouldKeepAnAgentThatAnswersPings() {
        for (int i = 0; i < 20; i++) {
            master.pass(Harness.PING_MS);
            assertThat(master.agentEvents(agent).getLast().getType()).isEqualTo(AgentEvent.Type.PING);
            assertThat(master.agentCall(agent, AgentCall.newBuilder().setType(AgentCall.Type.PONG))
                            .status())
                    .isEqualTo(202);
        }
        assertThat(master.snapshot().agents()).hasSize(1);
    }

    @Test
    void shouldGiveUpAConnectedAgentThatNeverAnswers() {
        master.pass(Harness.PING_MS * (Harness.MAX_MISSED + 1) - 1);
        assertThat(master.snapshot().agents()).hasSize(1);
        master.pass(1);
        assertThat(master.snapshot().agents()).isEmpty();
        assertThat(master.effects).contains(new Effect.CloseAgent(agent));
        assertThat(master.registry.view().unreachableAgents()).containsOnlyKeys(agentId.getValue());
        TaskStatus status = master.lastUpdate(stream);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(status.getReason()).isEqualTo(Reason.REASON_AGENT_REMOVED);
        assertThat(master.lastEvent(stream, Event.Type.FAILURE).getFailure().getAgentId())
                .isEqualTo(agentId);
        assertThat(master.snapshot().frameworks().getFirst().unreachableTasks()).hasSize(1);
        assertThat(master.operatorEvents())
                .containsExactly(AGENT_ADDED, FRAMEWORK_ADDED, TASK_ADDED, TASK_UPDATED, TASK_UPDATED, AGENT_REMOVED);
    }

    @Test
    void shouldTakeBackAnUnreachableAgentWithItsTasks() {
        Task task = master.snapshot().frameworks().getFirst().tasks().getFirst();
        FrameworkInfo info = master.snapshot().frameworks().getFirst().info();
        master.apply(new Command.AgentDisconnected(agent));
        master.pass(Harness.PING_MS * Harness.MAX_MISSED);
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_LOST);
        master.register(back(info, List.of(task)));
        TaskStatus status = master.lastUpdate(stream);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(status.getReason()).isEqualTo(Reason.REASON_AGENT_REREGISTERED);
        FrameworkView framework = master.snapshot().frameworks().getFirst();
        assertThat(framework.tasks()).hasSize(1);
        assertThat(framework.unreachableTasks()).isEmpty();
        assertThat(master.snapshot().agents().getFirst().used().toString()).isEqualTo("cpus:1; mem:100");
        assertThat(master.registry.view().unreachableAgents()).isEmpty();
    }

    @Test
    void shouldLetTasksComeBackFromTheirAgentAfterARestartWithoutAnUpdate() {
        Task task = master.snapshot().frameworks().getFirst().tasks().getFirst();
        FrameworkInfo info = master.snapshot().frameworks().getFirst().info();
        Harness next = master.restarted(1_000);
        assertThat(next.snapshot().recoveredAgents()).hasSize(1);
        assertThat(next.snapshot().agents()).isEmpty();
        String scheduler = next.subscribe(info);
        next.register(back(info, List.of(task)));
        assertThat(next.snapshot().recoveredAgents()).isEmpty();
        assertThat(next.snapshot().frameworks().getFirst().tasks()).containsExactly(task);
        assertThat(next.events(scheduler).stream().map(Event::getType)).doesNotContain(Event.Type.UPDATE);
        assertThat(next.lastOffer(scheduler).getResources(0).getScalar().getValue())
                .isEqualTo(3);
    }

    @Test
    void shouldGiveUpARecoveredAgentThatDoesNotComeBack() {
        Harness next = master.restarted(1_000);
        next.pass(Harness.REREGISTER_MS);
        assertThat(next.snapshot().recoveredAgents()).isEmpty();
        assertThat(next.registry.view().unreachableAgents()).containsOnlyKeys(agentId.getValue());
    }

    /** MESOS-7215: agents must not go on running tasks of frameworks that have been torn down. */
    @Test
    void shouldShutDownRemovedFrameworksOnAgentsThatComeBack() {
        Task task = master.snapshot().frameworks().getFirst().tasks().getFirst();
        FrameworkInfo info = master.snapshot().frameworks().getFirst().info();
        master.apply(new Command.AgentDisconnected(agent));
        master.apply(new Command.TeardownFramework(1, info.getId()));
        String again = master.register(back(info, List.of(task)));
        assertThat(master.agentEvents(again).getLast().getShutdownFramework().getFrameworkId())
                .isEqualTo(info.getId());
        assertThat(master.snapshot().frameworks()).isEmpty();
    }

    @Test
    void shouldRecoverAFrameworkThatOnlyAnAgentKnows() {
        FrameworkInfo info = Harness.framework()
                .setId(io.gatun.mesos.v1.FrameworkID.newBuilder().setValue("old-0000"))
                .build();
        Harness fresh = new Harness();
        Task task = master.snapshot().frameworks().getFirst().tasks().getFirst().toBuilder()
                .setFrameworkId(info.getId())
                .build();
        fresh.register(back(info, List.of(task)));
        assertThat(fresh.snapshot().frameworks()).singleElement().satisfies(framework -> {
            assertThat(framework.recovered()).isTrue();
            assertThat(framework.tasks()).hasSize(1);
        });
        assertThat(fresh.registry.view().frameworks()).containsOnlyKeys("old-0000");
    }

    @Test
    void shouldDropTasksThatARegisteredAgentNeverGot() {
        FrameworkInfo info = master.snapshot().frameworks().getFirst().info();
        master.register(back(info, List.of()));
        TaskStatus status = master.lastUpdate(stream);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(status.getReason()).isEqualTo(Reason.REASON_RECONCILIATION);
        assertThat(master.snapshot().agents().getFirst().used().isEmpty()).isTrue();
    }

    @Test
    void shouldRemoveTheOldAgentWhenANewOneRegistersAtItsAddress() {
        String fresh = master.register(Harness.agent("cpus:4;mem:1024").build());
        assertThat(master.agentId(fresh)).isNotEqualTo(agentId);
        assertThat(master.agentEvents(agent).getLast().getType()).isEqualTo(AgentEvent.Type.SHUTDOWN);
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(master.registry.view().removedAgents()).containsExactly(agentId.getValue());
    }

    @Test
    void shouldKeepTheIdWhenTheAnswerToAFirstRegistrationWasLost() {
        Harness empty = new Harness();
        String first = empty.register(Harness.agent("cpus:1").build());
        String second = empty.register(Harness.agent("cpus:1").build());
        assertThat(empty.agentId(second)).isEqualTo(empty.agentId(first));
        assertThat(empty.snapshot().agents()).hasSize(1);
    }

    @Test
    void shouldRefuseAnAgentThatMakesNoSense() {
        String bad = master.register(Harness.agent("cpus:1").setPid("nonsense").build());
        assertThat(master.agentEvents(bad))
                .singleElement()
                .satisfies(event -> assertThat(event.getError().getMessage())
                        .contains("nonsense")
                        .contains("name@ip:port"));
        assertThat(master.effects).contains(new Effect.CloseAgent(bad));
    }

    @Test
    void shouldForwardUpdatesAndCompleteTasksOnTheMatchingAcknowledgementOnly() {
        master.update(agent, master.frameworkId(stream), "t", TaskState.TASK_FINISHED, "final-uuid-16-by");
        assertThat(master.snapshot().agents().getFirst().used().isEmpty()).isTrue();
        acknowledge("uuid-of-16-bytes");
        assertThat(master.snapshot().frameworks().getFirst().tasks()).hasSize(1);
        acknowledge("final-uuid-16-by");
        assertThat(master.snapshot().frameworks().getFirst().tasks()).isEmpty();
        assertThat(master.agentEvents(agent)
                        .getLast()
                        .getAcknowledged()
                        .getUuid()
                        .toStringUtf8())
                .isEqualTo("final-uuid-16-by");
        assertThat(master.snapshot().counters().value(Counter.TASKS_FINISHED)).isEqualTo(1);
    }

    private void acknowledge(String uuid) {
        master.call(
                stream,
                io.gatun.mesos.v1.scheduler.Call.newBuilder()
                        .setType(io.gatun.mesos.v1.scheduler.Call.Type.ACKNOWLEDGE)
                        .setAcknowledge(io.gatun.mesos.v1.scheduler.Call.Acknowledge.newBuilder()
                                .setAgentId(agentId)
                                .setTaskId(io.gatun.mesos.v1.TaskID.newBuilder().setValue("t"))
                                .setUuid(com.google.protobuf.ByteString.copyFromUtf8(uuid))));
    }

    private AgentCall.Subscribe back(FrameworkInfo info, List<Task> tasks) {
        AgentCall.Subscribe.Builder subscribe = Harness.agent("cpus:4;mem:1024");
        subscribe.getAgentInfoBuilder().setId(agentId);
        subscribe.addFrameworks(info);
        tasks.forEach(
                task -> subscribe.addTasks(AgentCall.KnownTask.newBuilder().setTask(task)));
        return subscribe.build();
    }
}
