package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.registry.AgentRecord;
import io.gatun.master.registry.Changes;
import io.gatun.master.registry.Kind;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReconciliationTest {
    private final Harness master = new Harness();
    private String agent;
    private AgentID agentId;
    private String stream;

    @BeforeEach
    void runATask() {
        agent = master.register(Harness.agent("cpus:4;mem:1024").build());
        agentId = master.agentId(agent);
        stream = master.subscribe(aware());
        master.launch(stream, master.lastOffer(stream), Harness.task(agentId, "t", "cpus:1;mem:100"));
        master.update(agent, master.frameworkId(stream), "t", TaskState.TASK_RUNNING, "uuid-of-16-bytes");
    }

    private static FrameworkInfo aware() {
        return Harness.framework()
                .addCapabilities(Harness.capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .setFailoverTimeout(1e6)
                .build();
    }

    @Test
    void shouldAnswerImplicitReconciliationWithEveryTask() {
        int before = master.events(stream).size();
        master.call(stream, Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(Call.Reconcile.newBuilder()));
        assertThat(master.events(stream)).hasSize(before + 1);
        assertLatest(TaskState.TASK_RUNNING);
    }

    @Test
    void shouldAnswerForAKnownTask() {
        assertLatest(reconcile(master, stream, "t", Optional.of(agentId)).orElseThrow(), TaskState.TASK_RUNNING);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldAnswerForTasksThatNobodyKnows(boolean partitionAware) {
        String scheduler =
                partitionAware ? stream : master.subscribe(Harness.framework().build());
        assertThat(reconcile(master, scheduler, "x", Optional.of(agentId)))
                .hasValueSatisfying(status -> assertLatest(status, lostUnless(partitionAware, TaskState.TASK_GONE)));
        AgentID nobody = AgentID.newBuilder().setValue("nobody").build();
        assertThat(reconcile(master, scheduler, "x", Optional.of(nobody)))
                .hasValueSatisfying(status -> assertLatest(status, lostUnless(partitionAware, TaskState.TASK_UNKNOWN)));
        assertThat(reconcile(master, scheduler, "x", Optional.empty()))
                .hasValueSatisfying(status -> assertLatest(status, lostUnless(partitionAware, TaskState.TASK_UNKNOWN)));
    }

    @Test
    void shouldAnswerForTasksOfUnreachableAgentsWithTheTime() {
        master.apply(new Command.AgentDisconnected(agent));
        master.pass(Harness.PING_MS * Harness.MAX_MISSED);
        TaskStatus status = reconcile(master, stream, "t", Optional.of(agentId)).orElseThrow();
        assertLatest(status, TaskState.TASK_UNREACHABLE);
        assertThat(status.getUnreachableTime().getNanoseconds()).isEqualTo(master.nowMs * 1_000_000);
        assertLatest(
                reconcile(master, stream, "other", Optional.of(agentId)).orElseThrow(), TaskState.TASK_UNREACHABLE);
    }

    @Test
    void shouldNotAnswerWhileAnAgentThatMayKnowIsNotBack() {
        FrameworkID id = master.frameworkId(stream);
        // As a release left it that wrote down neither tasks nor the addresses of agents.
        AgentRecord agentOnly = AgentRecord.newBuilder()
                .setInfo(Harness.agent("cpus:4").getAgentInfo().toBuilder().setId(agentId))
                .build();
        master.registry.apply(Changes.none()
                .put(Kind.AGENT, agentId.getValue(), agentOnly)
                .remove(Kind.TASK, Kind.taskKey(id.getValue(), "t"))
                .record());
        Harness next = master.restarted(1_000);
        String scheduler = next.subscribe(aware().toBuilder().setId(id).build());
        assertThat(reconcile(next, scheduler, "t", Optional.of(agentId))).isEmpty();
        assertThat(reconcile(next, scheduler, "t", Optional.empty())).isEmpty();
        AgentID nobody = AgentID.newBuilder().setValue("nobody").build();
        assertThat(reconcile(next, scheduler, "t", Optional.of(nobody))).isPresent();
    }

    @Test
    void shouldAnswerKillsOfUnknownTasks() {
        master.call(
                stream,
                Call.newBuilder()
                        .setType(Call.Type.KILL)
                        .setKill(Call.Kill.newBuilder()
                                .setTaskId(TaskID.newBuilder().setValue("x"))));
        assertLatest(TaskState.TASK_UNKNOWN);
    }

    private static TaskState lostUnless(boolean partitionAware, TaskState state) {
        return partitionAware ? state : TaskState.TASK_LOST;
    }

    private void assertLatest(TaskState state) {
        assertLatest(master.lastUpdate(stream), state);
    }

    private static void assertLatest(TaskStatus status, TaskState state) {
        assertThat(status.getState()).isEqualTo(state);
        assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
        assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
        assertThat(status.hasUuid()).isFalse();
    }

    private static Optional<TaskStatus> reconcile(
            Harness harness, String scheduler, String task, Optional<AgentID> agent) {
        Call.Reconcile.Task.Builder asked =
                Call.Reconcile.Task.newBuilder().setTaskId(TaskID.newBuilder().setValue(task));
        agent.ifPresent(asked::setAgentId);
        int before = harness.events(scheduler).size();
        harness.call(
                scheduler,
                Call.newBuilder()
                        .setType(Call.Type.RECONCILE)
                        .setReconcile(Call.Reconcile.newBuilder().addTasks(asked)));
        return harness.events(scheduler).stream()
                .skip(before)
                .filter(event -> event.getType() == Event.Type.UPDATE)
                .map(event -> event.getUpdate().getStatus())
                .findFirst();
    }
}
