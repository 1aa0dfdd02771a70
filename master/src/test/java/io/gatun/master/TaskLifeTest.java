package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.gatun.master.state.FrameworkView;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From an offer to an acknowledged end, over real HTTP on both sides. */
class TaskLifeTest {
    @TempDir
    Path workDir;

    private RunningMaster master;

    @BeforeEach
    void launch() {
        master = RunningMaster.in(workDir);
    }

    @AfterEach
    void close() {
        master.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = MediaType.class,
            names = {"JSON", "PROTOBUF"})
    void shouldCarryATaskFromOfferToAcknowledgedEnd(MediaType type) {
        try (FakeAgent agent = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:4;mem:1024").build());
                FakeScheduler scheduler = FakeScheduler.subscribed(
                        master, type, FakeScheduler.info().build())) {
            Offer offer = scheduler.awaitOffer();
            assertThat(offer.getAgentId()).isEqualTo(agent.id());
            assertThat(offer.getUrl().getAddress().getPort()).isEqualTo(5051);
            assertThat(Resources.of(offer.getResourcesList())).isEqualTo(Resources.parse("cpus:4;mem:1024"));

            TaskInfo task = FakeScheduler.task(offer, "t1", "cpus:1;mem:64");
            assertThat(scheduler.launch(offer, task).status()).isEqualTo(202);
            AgentEvent.RunTask run = agent.await(AgentEvent.Type.RUN_TASK).getRunTask();
            assertThat(run.getTask().getTaskId()).isEqualTo(task.getTaskId());
            assertThat(run.getFrameworkInfo().getId()).isEqualTo(scheduler.id());

            ByteString running =
                    agent.update(scheduler.id(), task.getTaskId(), TaskState.TASK_RUNNING, TaskState.TASK_RUNNING);
            TaskStatus status = scheduler.awaitUpdate();
            assertThat(status.getState()).isEqualTo(TaskState.TASK_RUNNING);
            assertThat(status.getUuid()).isEqualTo(running);
            assertThat(scheduler.acknowledge(status).status()).isEqualTo(202);
            assertThat(agent.await(AgentEvent.Type.ACKNOWLEDGED)
                            .getAcknowledged()
                            .getUuid())
                    .isEqualTo(running);

            agent.update(scheduler.id(), task.getTaskId(), TaskState.TASK_FINISHED, TaskState.TASK_FINISHED);
            TaskStatus finished = scheduler.awaitUpdate();
            assertThat(framework().tasks()).hasSize(1);
            scheduler.acknowledge(finished);
            agent.await(AgentEvent.Type.ACKNOWLEDGED);
            assertThat(framework().tasks()).isEmpty();
            assertThat(framework().completedTasks())
                    .singleElement()
                    .satisfies(done -> assertThat(done.getState()).isEqualTo(TaskState.TASK_FINISHED));
        }
    }

    @Test
    void shouldOfferResourcesAgainAsSoonAsTheLatestStateIsTerminal() {
        try (FakeAgent agent = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:1;mem:64").build());
                FakeScheduler scheduler = scheduler()) {
            Offer offer = scheduler.awaitOffer();
            TaskInfo task = FakeScheduler.task(offer, "t1", "cpus:1;mem:64");
            scheduler.launch(offer, task);
            agent.await(AgentEvent.Type.RUN_TASK);
            // The scheduler has not even acknowledged RUNNING when the agent knows of the end.
            agent.update(scheduler.id(), task.getTaskId(), TaskState.TASK_RUNNING, TaskState.TASK_FAILED);
            assertThat(Resources.of(scheduler.awaitOffer().getResourcesList()))
                    .isEqualTo(Resources.parse("cpus:1;mem:64"));
        }
    }

    @Test
    void shouldForwardKillsToTheAgent() {
        try (FakeAgent agent = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:1;mem:64").build());
                FakeScheduler scheduler = scheduler()) {
            Offer offer = scheduler.awaitOffer();
            TaskInfo task = FakeScheduler.task(offer, "t1", "cpus:1;mem:64");
            scheduler.launch(offer, task);
            scheduler.call(Call.newBuilder()
                    .setType(Call.Type.KILL)
                    .setKill(Call.Kill.newBuilder().setTaskId(task.getTaskId())));
            assertThat(agent.await(AgentEvent.Type.KILL_TASK).getKillTask().getTaskId())
                    .isEqualTo(task.getTaskId());
        }
    }

    @Test
    void shouldRescindOffersWhenTheAgentDisconnects() {
        try (FakeAgent agent = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:1;mem:64").build());
                FakeScheduler scheduler = scheduler()) {
            Offer offer = scheduler.awaitOffer();
            agent.disconnect();
            assertThat(scheduler.await(Event.Type.RESCIND).getRescind().getOfferId())
                    .isEqualTo(offer.getId());
        }
    }

    @Test
    void shouldEndTheOldStreamWhenAnAgentSubscribesAgain() {
        try (FakeAgent first = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:1;mem:64").build());
                FakeAgent second =
                        FakeAgent.subscribed(master, known(first.id()).build())) {
            first.inbox.awaitEnd();
            assertThat(second.id()).isEqualTo(first.id());
            assertThat(master.master.snapshot().get().agents()).singleElement().satisfies(agent -> {
                assertThat(agent.active()).isTrue();
                assertThat(agent.reregisteredTime()).isPresent();
            });
        }
    }

    @Test
    void shouldMarkAnAgentUnreachableThatDoesNotAnswerPingsAndTakeItBack() {
        master.close();
        MasterFlags flags = RunningMaster.flags(workDir);
        flags.agentPingTimeout = "3secs";
        flags.maxAgentPingTimeouts = 1;
        master = RunningMaster.with(flags);
        FrameworkInfo partitionAware = FakeScheduler.info()
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .build();
        try (FakeAgent agent = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:1;mem:64").build());
                FakeScheduler scheduler = FakeScheduler.subscribed(master, MediaType.JSON, partitionAware)) {
            Offer offer = scheduler.awaitOffer();
            TaskInfo task = FakeScheduler.task(offer, "t1", "cpus:1;mem:64");
            scheduler.launch(offer, task);
            agent.await(AgentEvent.Type.RUN_TASK);
            agent.disconnect();

            TaskStatus unreachable = scheduler.awaitUpdate();
            assertThat(unreachable.getState()).isEqualTo(TaskState.TASK_UNREACHABLE);
            assertThat(unreachable.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED);
            assertThat(unreachable.getUnreachableTime().getNanoseconds()).isPositive();
            assertThat(unreachable.hasUuid()).isFalse();
            assertThat(scheduler.await(Event.Type.FAILURE).getFailure().getAgentId())
                    .isEqualTo(agent.id());

            Task alive = task(task, scheduler);
            FrameworkInfo info =
                    partitionAware.toBuilder().setId(scheduler.id()).build();
            try (FakeAgent back = FakeAgent.subscribed(
                    master, FakeAgent.again(FakeAgent.with("cpus:1;mem:64"), agent.id(), info, List.of(alive)))) {
                TaskStatus resurfaced = scheduler.awaitUpdate();
                assertThat(resurfaced.getState()).isEqualTo(TaskState.TASK_RUNNING);
                assertThat(resurfaced.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REREGISTERED);
                assertThat(resurfaced.getMessage()).isEqualTo("Unreachable agent re-reregistered");
                assertThat(back.id()).isEqualTo(agent.id());
            }
        }
    }

    @Test
    void shouldShutDownAnAgentWhoseIdWasRemoved() {
        try (FakeAgent first =
                FakeAgent.subscribed(master, FakeAgent.with("cpus:1;mem:64").build())) {
            first.post(
                    io.gatun.mesos.link.AgentCall.newBuilder().setType(io.gatun.mesos.link.AgentCall.Type.UNREGISTER));
            first.inbox.awaitEnd();
            try (FakeAgent again = FakeAgent.opened(master, known(first.id()).build())) {
                assertThat(again.inbox.next().getType()).isEqualTo(AgentEvent.Type.SHUTDOWN);
                again.inbox.awaitEnd();
            }
        }
    }

    /** A step that waited for a round of allocation, or for any other interval of the master's, would not end. */
    @Test
    void shouldWaitForNoInterval() {
        master.close();
        MasterFlags flags = RunningMaster.flags(workDir);
        flags.allocationInterval = "1hrs";
        master = RunningMaster.with(flags);
        try (FakeAgent agent = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:1;mem:64").build());
                FakeScheduler scheduler = scheduler()) {
            for (int i = 0; i < 10; i++) {
                Offer offer = scheduler.awaitOffer();
                // All of it: what is left of an offer is refused for an interval.
                TaskInfo task = FakeScheduler.task(offer, "t" + i, "cpus:1;mem:64");
                scheduler.launch(offer, task);
                assertThat(agent.await(AgentEvent.Type.RUN_TASK)
                                .getRunTask()
                                .getTask()
                                .getTaskId())
                        .isEqualTo(task.getTaskId());
                agent.update(scheduler.id(), task.getTaskId(), TaskState.TASK_FINISHED, TaskState.TASK_FINISHED);
            }
        }
    }

    private FakeScheduler scheduler() {
        return FakeScheduler.subscribed(
                master, MediaType.PROTOBUF, FakeScheduler.info().build());
    }

    private static io.gatun.mesos.link.AgentCall.Subscribe.Builder known(AgentID id) {
        io.gatun.mesos.link.AgentCall.Subscribe.Builder subscribe = FakeAgent.with("cpus:1;mem:64");
        subscribe.getAgentInfoBuilder().setId(id);
        return subscribe;
    }

    private static Task task(TaskInfo info, FakeScheduler scheduler) {
        return Task.newBuilder()
                .setName(info.getName())
                .setTaskId(TaskID.newBuilder().setValue(info.getTaskId().getValue()))
                .setFrameworkId(scheduler.id())
                .setAgentId(info.getAgentId())
                .setState(TaskState.TASK_RUNNING)
                .addAllResources(info.getResourcesList())
                .build();
    }

    private FrameworkView framework() {
        return master.master.snapshot().get().frameworks().getFirst();
    }
}
