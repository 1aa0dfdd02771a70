package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.DrainState;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MARK_AGENT_GONE, DRAIN_AGENT, DEACTIVATE_AGENT, REACTIVATE_AGENT, and what is forgotten in time. */
class AgentLifeTest {
    private static final long DAY_MS = 86_400_000;

    private Harness master = new Harness();
    private String agent;
    private AgentID agentId;
    private FrameworkInfo info;
    private String stream;

    @BeforeEach
    void runATask() {
        agent = master.register(Harness.agent("cpus:4;mem:1024").build());
        agentId = master.agentId(agent);
        stream = master.subscribe(Harness.framework()
                .setFailoverTimeout(1e9)
                .addCapabilities(Harness.capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .build());
        master.launch(stream, master.lastOffer(stream), Harness.task(agentId, "t", "cpus:1;mem:100"));
        master.update(agent, master.frameworkId(stream), "t", TaskState.TASK_RUNNING, "uuid-of-16-bytes");
        acknowledge("uuid-of-16-bytes");
        info = master.snapshot().frameworks().getFirst().info();
    }

    private void acknowledge(String uuid) {
        master.call(
                stream,
                io.gatun.mesos.v1.scheduler.Call.newBuilder()
                        .setType(io.gatun.mesos.v1.scheduler.Call.Type.ACKNOWLEDGE)
                        .setAcknowledge(io.gatun.mesos.v1.scheduler.Call.Acknowledge.newBuilder()
                                .setAgentId(agentId)
                                .setTaskId(TaskID.newBuilder().setValue("t"))
                                .setUuid(com.google.protobuf.ByteString.copyFromUtf8(uuid))));
    }

    private Effect.Reply drain(long graceSeconds, boolean markGone) {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.DRAIN_AGENT)
                .setDrainAgent(Call.DrainAgent.newBuilder()
                        .setAgentId(agentId)
                        .setMaxGracePeriod(Duration.newBuilder().setSeconds(graceSeconds))
                        .setMarkGone(markGone)));
    }

    private Effect.Reply gone() {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.MARK_AGENT_GONE)
                .setMarkAgentGone(Call.MarkAgentGone.newBuilder().setAgentId(agentId)));
    }

    private Effect.Reply deactivate() {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.DEACTIVATE_AGENT)
                .setDeactivateAgent(Call.DeactivateAgent.newBuilder().setAgentId(agentId)));
    }

    private Effect.Reply reactivate() {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.REACTIVATE_AGENT)
                .setReactivateAgent(Call.ReactivateAgent.newBuilder().setAgentId(agentId)));
    }

    private AgentView view() {
        return master.snapshot().agents().getFirst();
    }

    private String back(Task... tasks) {
        AgentCall.Subscribe.Builder subscribe = Harness.agent("cpus:4;mem:1024");
        subscribe.getAgentInfoBuilder().setId(agentId);
        subscribe.addFrameworks(info);
        for (Task task : tasks) {
            subscribe.addTasks(AgentCall.KnownTask.newBuilder().setTask(task));
        }
        return master.register(subscribe.build());
    }

    private List<AgentEvent.KillTask> kills(String agentStream) {
        return master.agentEvents(agentStream).stream()
                .filter(event -> event.getType() == AgentEvent.Type.KILL_TASK)
                .map(AgentEvent::getKillTask)
                .toList();
    }

    private String keeper() {
        AgentCall.Subscribe.Builder subscribe =
                Harness.agent("cpus:4;mem:1024").setCheckpointedResources(CheckpointedResources.getDefaultInstance());
        subscribe.getAgentInfoBuilder().setId(agentId);
        return master.register(subscribe.build());
    }

    private List<AgentEvent> draining(String agentStream) {
        return master.agentEvents(agentStream).stream()
                .filter(event -> event.getType() == AgentEvent.Type.DRAINING)
                .toList();
    }

    @Test
    void shouldTellTheAgentThatItIsDrainedAndWhenThatIsOver() {
        drain(5, false);
        assertThat(draining(agent)).as("an older agent would not understand").isEmpty();
        assertThat(reactivate().status()).isEqualTo(400);
        master = master.restarted(1);
        AgentCall.Subscribe.Builder subscribe = Harness.agent("cpus:4;mem:1024")
                .setCheckpointedResources(CheckpointedResources.getDefaultInstance())
                .addFrameworks(info);
        subscribe.getAgentInfoBuilder().setId(agentId);
        agent = master.register(subscribe.build());
        AgentEvent.DrainedSince told =
                master.agentEvents(agent).getFirst().getSubscribed().getDrainedSince();
        assertThat(told.getConfig().getMaxGracePeriod().getNanoseconds()).isEqualTo(5_000_000_000L);
        assertThat(told.getSinceEpochMs()).isEqualTo(master.nowMs - 1);
        assertThat(draining(agent))
                .as("it has no task")
                .singleElement()
                .satisfies(event -> assertThat(event.hasDrainedSince()).isFalse());
        agent = keeper();
        assertThat(master.agentEvents(agent).getFirst().getSubscribed().hasDrainedSince())
                .as("it is drained")
                .isFalse();
        assertThat(reactivate().status()).isEqualTo(200);
        drain(7, false);
        assertThat(draining(agent).getFirst().getDrainedSince().getSinceEpochMs())
                .isEqualTo(master.nowMs);
    }

    @Test
    void shouldShutDownAnAgentThatIsGoneAndNeverTakeItBack() {
        assertThat(gone().status()).isEqualTo(200);
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
        assertThat(master.lastUpdate(stream).getReason()).isEqualTo(Reason.REASON_AGENT_REMOVED_BY_OPERATOR);
        assertThat(master.lastEvent(stream, Event.Type.FAILURE).getFailure().getAgentId())
                .isEqualTo(agentId);
        assertThat(master.agentEvents(agent).getLast().getType()).isEqualTo(AgentEvent.Type.SHUTDOWN);
        assertThat(master.effects).contains(new Effect.CloseAgent(agent));
        assertThat(master.snapshot().agents()).isEmpty();
        assertThat(gone().status()).as("again").isEqualTo(200);
        master = master.restarted(1);
        String again = back();
        assertThat(master.agentEvents(again).getFirst().getShutdown().getMessage())
                .contains("marked gone");
        assertThat(master.snapshot().agents()).isEmpty();
    }

    @Test
    void shouldEndTheTasksOfAnUnreachableAgentThatIsGone() {
        master.apply(new Command.AgentDisconnected(agent));
        master.pass(Harness.PING_MS * Harness.MAX_MISSED);
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_UNREACHABLE);
        assertThat(gone().status()).isEqualTo(200);
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
        FrameworkView framework = master.snapshot().frameworks().getFirst();
        assertThat(framework.unreachableTasks()).isEmpty();
        assertThat(framework.completedTasks()).hasSize(1);
        assertThat(master.registry.view().tasks()).isEmpty();
        assertThat(master.registry.view().unreachableAgents()).isEmpty();
    }

    @Test
    void shouldEndTheTasksOfAnExpectedAgentThatIsGone() {
        master = master.restarted(1);
        stream = master.subscribe(info);
        assertThat(gone().status()).isEqualTo(200);
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
        assertThat(master.snapshot().recoveredAgents()).isEmpty();
        assertThat(master.registry.view().agents()).isEmpty();
    }

    @Test
    void shouldNotKnowAgentsThatNeverWere() {
        agentId = AgentID.newBuilder().setValue("nobody").build();
        assertThat(gone().status()).isEqualTo(404);
        assertThat(drain(1, false).status()).isEqualTo(400);
        assertThat(deactivate().body()).isEqualTo("Unknown agent");
        assertThat(reactivate().body()).isEqualTo("Agent is not deactivated");
    }

    @Test
    void shouldOfferNothingOfADeactivatedAgentUntilItIsReactivatedEvenByTheNextMaster() {
        assertThat(deactivate().status()).isEqualTo(200);
        assertThat(view().active()).isFalse();
        assertThat(view().connected()).isTrue();
        assertThat(view().deactivated()).isTrue();
        Task task = master.snapshot().frameworks().getFirst().tasks().getFirst();
        master = master.restarted(1);
        stream = master.subscribe(info);
        back(task);
        master.pass(5_000);
        assertThat(view().deactivated()).isTrue();
        assertThat(master.snapshot().frameworks().getFirst().offers()).isEmpty();
        assertThat(reactivate().status()).isEqualTo(200);
        assertThat(view().active()).isTrue();
        assertThat(master.snapshot().frameworks().getFirst().offers()).hasSize(1);
        assertThat(master.registry.view().deactivatedAgents()).isEmpty();
    }

    @Test
    void shouldDrainWithACappedGraceAndBeDrainedWhenTheEndIsAcknowledged() {
        assertThat(drain(1, false).status()).isEqualTo(200);
        assertThat(kills(agent)).singleElement().satisfies(kill -> {
            assertThat(kill.getKillPolicy().getGracePeriod().getNanoseconds()).isEqualTo(1_000_000_000);
            assertThat(kill.getDraining().getMarkGone()).isFalse();
        });
        assertThat(view().drainInfo().orElseThrow().getState()).isEqualTo(DrainState.DRAINING);
        assertThat(view().drainStartTime()).hasValue(master.nowMs / 1000.0);
        assertThat(reactivate().body()).isEqualTo("Agent is still in the DRAINING state");
        master.update(agent, master.frameworkId(stream), "t", TaskState.TASK_KILLED, "uuid-of-the-kill");
        assertThat(view().drainInfo().orElseThrow().getState()).isEqualTo(DrainState.DRAINING);
        acknowledge("uuid-of-the-kill");
        assertThat(view().drainInfo().orElseThrow().getState()).isEqualTo(DrainState.DRAINED);
        assertThat(view().deactivated()).isTrue();
        assertThat(master.registry
                        .view()
                        .drainingAgents()
                        .get(agentId.getValue())
                        .getInfo()
                        .getState())
                .isEqualTo(DrainState.DRAINED);
        assertThat(reactivate().status()).isEqualTo(200);
        assertThat(view().drainInfo()).isEmpty();
        assertThat(view().active()).isTrue();
    }

    @Test
    void shouldLeaveAShorterGraceAsItIs() {
        drain(3600, false);
        assertThat(kills(agent).getFirst().getKillPolicy().getGracePeriod().getNanoseconds())
                .isEqualTo(3_000_000_000L);
    }

    @Test
    void shouldRefuseAGraceThatIsNone() {
        assertThat(drain(-1, false).body()).contains("'max_grace_period' is -1 s");
        assertThat(view().deactivated()).isFalse();
    }

    @Test
    void shouldMarkADrainedAgentGoneWhenAskedTo() {
        drain(1, true);
        assertThat(kills(agent).getFirst().getDraining().getMarkGone()).isTrue();
        master.update(agent, master.frameworkId(stream), "t", TaskState.TASK_GONE_BY_OPERATOR, "uuid-of-the-kill");
        acknowledge("uuid-of-the-kill");
        assertThat(master.snapshot().agents()).isEmpty();
        assertThat(master.registry.view().goneAgents()).containsOnlyKeys(agentId.getValue());
        assertThat(master.registry.view().drainingAgents()).isEmpty();
        assertThat(master.agentEvents(agent).getLast().getType()).isEqualTo(AgentEvent.Type.SHUTDOWN);
    }

    @Test
    void shouldBeDrainedAtOnceWithoutTasks() {
        String empty = master.register(
                Harness.agent("cpus:1").setPid("slave(1)@10.0.0.2:5051").build());
        agentId = master.agentId(empty);
        drain(1, false);
        assertThat(master.registry
                        .view()
                        .drainingAgents()
                        .get(agentId.getValue())
                        .getInfo()
                        .getState())
                .isEqualTo(DrainState.DRAINED);
    }

    @Test
    void shouldGoOnDrainingAnAgentThatComesBackToTheNextMaster() {
        Task task = master.snapshot().frameworks().getFirst().tasks().getFirst();
        drain(1, false);
        master = master.restarted(1);
        String again = back(task);
        assertThat(kills(again)).hasSize(1);
        assertThat(view().drainInfo().orElseThrow().getState()).isEqualTo(DrainState.DRAINING);
        assertThat(master.snapshot().frameworks().getFirst().offers()).isEmpty();
    }

    @Test
    void shouldForgetUnreachableAndGoneAgentsThatAreTooOld() {
        master.apply(new Command.AgentDisconnected(agent));
        master.pass(Harness.PING_MS * Harness.MAX_MISSED);
        assertThat(master.registry.view().unreachableAgents()).hasSize(1);
        master.pass(13 * DAY_MS);
        assertThat(master.snapshot().frameworks().getFirst().unreachableTasks()).hasSize(1);
        master.pass(DAY_MS + Harness.GC_MS);
        assertThat(master.registry.view().unreachableAgents()).isEmpty();
        assertThat(master.registry.view().tasks()).isEmpty();
        assertThat(master.snapshot().frameworks().getFirst().unreachableTasks()).isEmpty();
        assertThat(master.snapshot().unreachableAgents()).isZero();
    }

    @Test
    void shouldForgetTheOldestGoneAgentsWhenTheyAreTooMany() {
        for (int i = 0; i < Harness.MAX_COUNT; i++) {
            gone();
            master.pass(1);
            String next = master.register(Harness.agent("cpus:1")
                    .setPid("slave(1)@10.0.1." + i + ":5051")
                    .build());
            agentId = master.agentId(next);
        }
        gone();
        assertThat(master.registry.view().goneAgents()).hasSize(Harness.MAX_COUNT + 1);
        master.pass(Harness.GC_MS);
        assertThat(master.registry.view().goneAgents())
                .hasSize(Harness.MAX_COUNT)
                .doesNotContainKey("m-1000000-S0");
    }
}
