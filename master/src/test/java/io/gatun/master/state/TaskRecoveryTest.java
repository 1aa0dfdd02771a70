package io.gatun.master.state;

import static io.gatun.mesos.v1.master.Event.Type.TASK_ADDED;
import static io.gatun.mesos.v1.master.Event.Type.TASK_UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.DurationInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.KillPolicy;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the next leader knows of tasks before any agent is back, and what it makes of agents' reports. */
class TaskRecoveryTest {
    private final Harness old = new Harness();
    private FrameworkInfo info;
    private AgentID agentId;
    private String oldAgent;
    private Harness master;
    private String stream;

    @BeforeEach
    void failOver() {
        oldAgent = old.register(Harness.agent("cpus:4;mem:1024").build());
        agentId = old.agentId(oldAgent);
        String scheduler = old.subscribe(Harness.framework()
                .setFailoverTimeout(1e6)
                .addCapabilities(Harness.capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .build());
        for (String id : List.of("running", "staging", "finished", "completed")) {
            old.launch(scheduler, old.lastOffer(scheduler), Harness.task(agentId, id, "cpus:0.5;mem:64"));
            old.pass(2_000);
        }
        info = old.snapshot().frameworks().getFirst().info();
        report("running", TaskState.TASK_RUNNING, true, scheduler);
        report("finished", TaskState.TASK_RUNNING, true, scheduler);
        report("finished", TaskState.TASK_FINISHED, false, scheduler);
        report("completed", TaskState.TASK_FINISHED, true, scheduler);
        master = old.restarted(1);
    }

    private void report(String task, TaskState state, boolean acknowledged, String scheduler) {
        String uuid = (task + state + "----------------").substring(0, 16);
        old.update(oldAgent, old.frameworkId(scheduler), task, state, uuid);
        if (acknowledged) {
            old.call(
                    scheduler,
                    Call.newBuilder()
                            .setType(Call.Type.ACKNOWLEDGE)
                            .setAcknowledge(Call.Acknowledge.newBuilder()
                                    .setAgentId(agentId)
                                    .setTaskId(TaskID.newBuilder().setValue(task))
                                    .setUuid(com.google.protobuf.ByteString.copyFromUtf8(uuid))));
        }
    }

    private FrameworkView framework() {
        return master.snapshot().frameworks().getFirst();
    }

    private void subscribe() {
        stream = master.subscribe(info);
    }

    private Task known(String id) {
        return framework().tasks().stream()
                .filter(task -> task.getTaskId().getValue().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The agent comes back with these. */
    private String back(Task... tasks) {
        AgentCall.Subscribe.Builder subscribe = Harness.agent("cpus:4;mem:1024");
        subscribe.getAgentInfoBuilder().setId(agentId);
        subscribe.addFrameworks(info);
        for (Task task : tasks) {
            subscribe.addTasks(AgentCall.KnownTask.newBuilder().setTask(task));
        }
        return master.register(subscribe.build());
    }

    private List<TaskStatus> updates() {
        return master.events(stream).stream()
                .filter(event -> event.getType() == Event.Type.UPDATE)
                .map(event -> event.getUpdate().getStatus())
                .toList();
    }

    @Test
    void shouldKnowTasksWithTheirLastAcknowledgedStateAtOnce() {
        assertThat(framework().tasks())
                .extracting(task -> task.getTaskId().getValue(), Task::getState)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("running", TaskState.TASK_RUNNING),
                        org.assertj.core.groups.Tuple.tuple("staging", TaskState.TASK_STAGING),
                        org.assertj.core.groups.Tuple.tuple("finished", TaskState.TASK_RUNNING));
    }

    @Test
    void shouldAnswerImplicitReconciliationBeforeAnyAgentIsBack() {
        subscribe();
        master.call(stream, Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(Call.Reconcile.newBuilder()));
        assertThat(updates())
                .extracting(status -> status.getTaskId().getValue(), TaskStatus::getState)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("running", TaskState.TASK_RUNNING),
                        org.assertj.core.groups.Tuple.tuple("staging", TaskState.TASK_STAGING),
                        org.assertj.core.groups.Tuple.tuple("finished", TaskState.TASK_RUNNING));
    }

    @Test
    void shouldAnswerExplicitReconciliationOfTasksThatAreNowhereBeforeAnyAgentIsBack() {
        subscribe();
        master.call(
                stream,
                Call.newBuilder()
                        .setType(Call.Type.RECONCILE)
                        .setReconcile(Call.Reconcile.newBuilder()
                                .addTasks(Call.Reconcile.Task.newBuilder()
                                        .setTaskId(TaskID.newBuilder().setValue("never")))
                                .addTasks(Call.Reconcile.Task.newBuilder()
                                        .setTaskId(TaskID.newBuilder().setValue("completed"))
                                        .setAgentId(agentId))));
        assertThat(updates())
                .extracting(TaskStatus::getState)
                .containsExactly(TaskState.TASK_UNKNOWN, TaskState.TASK_GONE);
    }

    @Test
    void shouldMergeTheAgentsReportWithoutDuplicatesOrEventsForWhatIsKnown() {
        subscribe();
        Task finished = known("finished").toBuilder()
                .setState(TaskState.TASK_FINISHED)
                .clearStatuses()
                .addStatuses(TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue("finished"))
                        .setState(TaskState.TASK_FINISHED))
                .build();
        back(known("running"), known("staging"), finished);
        assertThat(framework().tasks()).hasSize(3);
        assertThat(known("finished").getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(known("running").getStatusesCount()).isEqualTo(1);
        AgentView agent = master.snapshot().agents().getFirst();
        assertThat(agent.used().toString()).isEqualTo("cpus:1; mem:128");
        assertThat(agent.registeredTime()).isEqualTo(1000);
        assertThat(master.operatorEvents()).doesNotContain(TASK_ADDED).containsOnlyOnce(TASK_UPDATED);
        assertThat(updates()).isEmpty();
    }

    @Test
    void shouldTellOfTasksThatTheAgentDoesNotHave() {
        subscribe();
        back(known("running"));
        assertThat(framework().tasks()).hasSize(1);
        assertThat(updates())
                .extracting(status -> status.getTaskId().getValue(), TaskStatus::getState)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("staging", TaskState.TASK_DROPPED),
                        org.assertj.core.groups.Tuple.tuple("finished", TaskState.TASK_GONE));
        assertThat(master.registry.view().tasks()).hasSize(1);
    }

    @Test
    void shouldTellTheFrameworkThatTheTasksOfAnAgentThatDoesNotComeBackAreUnreachable() {
        subscribe();
        master.pass(Harness.REREGISTER_MS);
        assertThat(framework().tasks()).isEmpty();
        assertThat(framework().unreachableTasks()).hasSize(3);
        assertThat(updates()).hasSize(3).allSatisfy(status -> {
            assertThat(status.getState()).isEqualTo(TaskState.TASK_UNREACHABLE);
            assertThat(status.getReason()).isEqualTo(Reason.REASON_AGENT_REMOVED);
            assertThat(status.hasUnreachableTime()).isTrue();
        });
        assertThat(master.lastEvent(stream, Event.Type.FAILURE).getFailure().getAgentId())
                .isEqualTo(agentId);
    }

    @Test
    void shouldKnowUnreachableTasksAfterTheNextFailoverToo() {
        master.pass(Harness.REREGISTER_MS);
        List<Task> before = framework().unreachableTasks();
        master = master.restarted(1);
        assertThat(framework().tasks()).isEmpty();
        assertThat(framework().unreachableTasks())
                .extracting(task -> task.getTaskId().getValue(), Task::getState)
                .containsExactlyElementsOf(before.stream()
                        .map(task -> org.assertj.core.groups.Tuple.tuple(
                                task.getTaskId().getValue(), task.getState()))
                        .toList());
        subscribe();
        back(known("running", before));
        assertThat(framework().tasks()).hasSize(1);
        assertThat(framework().unreachableTasks()).isEmpty();
        assertThat(updates())
                .extracting(TaskStatus::getReason)
                .contains(Reason.REASON_AGENT_REREGISTERED, Reason.REASON_RECONCILIATION);
    }

    private static Task known(String id, List<Task> tasks) {
        return tasks.stream()
                .filter(task -> task.getTaskId().getValue().equals(id))
                .findFirst()
                .orElseThrow()
                .toBuilder()
                .setState(TaskState.TASK_RUNNING)
                .build();
    }

    @Test
    void shouldNotLetAnIdBeUsedAgainWhileItsAgentIsAway() {
        subscribe();
        String other = master.register(Harness.agent("cpus:4;mem:1024")
                .setPid("slave(1)@10.0.0.2:5051")
                .build());
        master.launch(stream, master.lastOffer(stream), Harness.task(master.agentId(other), "running", "cpus:1"));
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_ERROR);
        assertThat(master.lastUpdate(stream).getMessage()).isEqualTo("Task has duplicate ID: running");
        assertThat(framework().tasks()).hasSize(3);
    }

    @Test
    void shouldKillWhatWasToBeKilledWhileItsAgentWasAway() {
        subscribe();
        Task running = known("running");
        master.call(
                stream,
                Call.newBuilder()
                        .setType(Call.Type.KILL)
                        .setKill(Call.Kill.newBuilder().setTaskId(running.getTaskId())));
        assertThat(updates()).isEmpty();
        String agent = back(running, known("staging"), known("finished"));
        assertThat(master.agentEvents(agent))
                .filteredOn(event -> event.getType() == AgentEvent.Type.KILL_TASK)
                .singleElement()
                .satisfies(event ->
                        assertThat(event.getKillTask().getTaskId().getValue()).isEqualTo("running"));
    }

    @Test
    void shouldKillUnderTheNextLeaderWhatWasToBeKilledWhileItsAgentWasAway() {
        subscribe();
        Task running = known("running");
        KillPolicy policy = KillPolicy.newBuilder()
                .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(7))
                .build();
        for (String id : List.of("running", "staging")) {
            master.call(
                    stream,
                    Call.newBuilder()
                            .setType(Call.Type.KILL)
                            .setKill(Call.Kill.newBuilder()
                                    .setTaskId(TaskID.newBuilder().setValue(id))
                                    .setKillPolicy(policy)));
        }
        master = master.restarted(1);
        subscribe();
        String agent = back(running);
        assertThat(kills(agent)).singleElement().satisfies(kill -> {
            assertThat(kill.getTaskId()).isEqualTo(running.getTaskId());
            assertThat(kill.getFrameworkId()).isEqualTo(info.getId());
            assertThat(kill.getKillPolicy()).isEqualTo(policy);
        });
        assertThat(master.registry.view().pendingKills())
                .as("that of a task that the agent does not have is forgotten with it")
                .hasSize(1);

        // Nobody knows whether the agent got it before that leader fell, too.
        master = master.restarted(1);
        subscribe();
        agent = back(running);
        assertThat(kills(agent)).hasSize(1);
        String uuid = "killed----------";
        master.update(agent, info.getId(), "running", TaskState.TASK_KILLED, uuid);
        master.call(
                stream,
                Call.newBuilder()
                        .setType(Call.Type.ACKNOWLEDGE)
                        .setAcknowledge(Call.Acknowledge.newBuilder()
                                .setAgentId(agentId)
                                .setTaskId(running.getTaskId())
                                .setUuid(com.google.protobuf.ByteString.copyFromUtf8(uuid))));
        assertThat(master.registry.view().tasks()).isEmpty();
        assertThat(master.registry.view().pendingKills()).isEmpty();
    }

    private List<AgentEvent.KillTask> kills(String agent) {
        return master.agentEvents(agent).stream()
                .filter(event -> event.getType() == AgentEvent.Type.KILL_TASK)
                .map(AgentEvent::getKillTask)
                .toList();
    }

    @Test
    void shouldShutDownAFrameworkThatWasRemovedWhileItsAgentWasAway() {
        Task running = known("running");
        subscribe();
        master.call(stream, Call.newBuilder().setType(Call.Type.TEARDOWN));
        assertThat(master.registry.view().tasks()).isEmpty();
        assertThat(master.snapshot().completedFrameworks().getFirst().completedTasks())
                .isNotEmpty()
                .allMatch(task -> task.getState() == TaskState.TASK_KILLED);
        String agent = back(running);
        assertThat(master.agentEvents(agent)).anyMatch(event -> event.getType() == AgentEvent.Type.SHUTDOWN_FRAMEWORK);
        assertThat(master.snapshot().agents().getFirst().used().isEmpty()).isTrue();
    }

    @Test
    void shouldForgetRecordsOfTasksWhoseAgentOrFrameworkIsNoMore() {
        old.agentCall(oldAgent, AgentCall.newBuilder().setType(AgentCall.Type.UNREGISTER));
        assertThat(old.registry.view().tasks()).isEmpty();
    }
}
