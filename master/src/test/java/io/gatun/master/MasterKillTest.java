package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a master loses nothing that it has acknowledged. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class MasterKillTest {
    @TempDir
    Path workDir;

    @Test
    void shouldTakeUpAgentsFrameworksAndTasksAfterKillAndRestart() {
        FrameworkInfo info = FakeScheduler.info().setFailoverTimeout(3600).build();
        AgentID agentId;
        FrameworkID frameworkId;
        Task task;
        try (MasterProcess master = MasterProcess.start(workDir);
                FakeAgent agent = FakeAgent.subscribed(
                        master.uri(FakeAgent.PATH),
                        FakeAgent.with("cpus:2;mem:128").build());
                FakeScheduler scheduler =
                        FakeScheduler.subscribed(master.uri(FakeScheduler.PATH), MediaType.JSON, info)) {
            Offer offer = scheduler.awaitOffer();
            TaskInfo launched = FakeScheduler.task(offer, "t1", "cpus:1;mem:64");
            scheduler.launch(offer, launched);
            agent.await(AgentEvent.Type.RUN_TASK);
            agentId = agent.id();
            frameworkId = scheduler.id();
            task = running(launched, frameworkId);
            master.kill();
            scheduler.inbox.awaitEnd();
        }
        FrameworkInfo known = info.toBuilder().setId(frameworkId).build();
        try (MasterProcess master = MasterProcess.start(workDir);
                FakeScheduler scheduler =
                        FakeScheduler.subscribed(master.uri(FakeScheduler.PATH), MediaType.PROTOBUF, known)) {
            assertThat(scheduler.id()).isEqualTo(frameworkId);
            try (FakeAgent agent = FakeAgent.subscribed(
                    master.uri(FakeAgent.PATH),
                    FakeAgent.again(FakeAgent.with("cpus:2;mem:128"), agentId, known, List.of(task)))) {
                assertThat(agent.id()).isEqualTo(agentId);
                Offer rest = scheduler.awaitOffer();
                assertThat(rest.getResources(0).getScalar().getValue()).isEqualTo(1);
                scheduler.call(
                        Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(Call.Reconcile.newBuilder()));
                TaskStatus status = scheduler.awaitUpdate();
                assertThat(status.getTaskId()).isEqualTo(task.getTaskId());
                assertThat(status.getState()).isEqualTo(TaskState.TASK_RUNNING);
            }
        }
    }

    /** Every id that SUBSCRIBED told must be known to the next master, however soon the kill comes. */
    @Test
    void shouldKnowEveryAgentItHasAcknowledged() {
        AgentID agentId;
        try (MasterProcess master = MasterProcess.start(workDir);
                FakeAgent agent = FakeAgent.subscribed(
                        master.uri(FakeAgent.PATH),
                        FakeAgent.with("cpus:2;mem:128").build())) {
            master.kill();
            agentId = agent.id();
        }
        MasterFlags flags = RunningMaster.flags(workDir);
        try (RunningMaster next = RunningMaster.with(flags)) {
            assertThat(next.master.snapshot().get().recoveredAgents())
                    .extracting(info -> info.getId())
                    .containsExactly(agentId);
            AgentCall.Subscribe.Builder back = FakeAgent.with("cpus:2;mem:128");
            back.getAgentInfoBuilder().setId(agentId);
            try (FakeAgent agent = FakeAgent.subscribed(next, back.build())) {
                assertThat(agent.id()).isEqualTo(agentId);
            }
        }
    }

    private static Task running(TaskInfo info, FrameworkID framework) {
        return Task.newBuilder()
                .setName(info.getName())
                .setTaskId(info.getTaskId())
                .setFrameworkId(framework)
                .setAgentId(info.getAgentId())
                .setState(TaskState.TASK_RUNNING)
                .addAllResources(info.getResourcesList())
                .build();
    }
}
