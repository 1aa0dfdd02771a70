package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.ExecutorID;
import io.gatun.mesos.v1.ExecutorInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.OperationID;
import io.gatun.mesos.v1.OperationState;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LaunchesTest {
    private final Harness master = new Harness();
    private String agent;
    private AgentID agentId;
    private String stream;

    @BeforeEach
    void offer() {
        agent = master.register(Harness.agent("cpus:4;mem:1024").build());
        agentId = master.agentId(agent);
        stream = master.subscribe(Harness.framework().build());
    }

    @Test
    void shouldLaunchSeveralTasksOfOneOfferAndOfferTheRest() {
        master.launch(
                stream,
                master.lastOffer(stream),
                Harness.task(agentId, "a", "cpus:1;mem:100"),
                Harness.task(agentId, "b", "cpus:2;mem:200"));
        assertThat(runs()).containsExactly("a", "b");
        assertThat(master.snapshot().agents().getFirst().used().toString()).isEqualTo("cpus:3; mem:300");
        master.pass(1_000);
        assertThat(master.lastOffer(stream)
                        .getResourcesList()
                        .getFirst()
                        .getScalar()
                        .getValue())
                .isEqualTo(1);
    }

    @Test
    void shouldLetLaterTasksOfACallSeeWhatEarlierOnesTook() {
        master.launch(
                stream,
                master.lastOffer(stream),
                Harness.task(agentId, "a", "cpus:3;mem:100"),
                Harness.task(agentId, "b", "cpus:3;mem:100"));
        assertThat(runs()).containsExactly("a");
        TaskStatus status = master.lastUpdate(stream);
        assertThat(status.getTaskId().getValue()).isEqualTo("b");
        assertThat(status.getState()).isEqualTo(TaskState.TASK_ERROR);
        assertThat(status.getMessage())
                .contains("more resources")
                .contains("cpus:3")
                .contains("cpus:1");
    }

    static Stream<Arguments> invalidTasks() {
        return Stream.of(
                invalid(
                        "slash in the id",
                        task -> task.setTaskId(task.getTaskIdBuilder().setValue("a/b")),
                        "invalid ID"),
                invalid(
                        "other agent",
                        task -> task.setAgentId(AgentID.newBuilder().setValue("x")),
                        "invalid agent x"),
                invalid("no command", TaskInfo.Builder::clearCommand, "(but not both) of CommandInfo or ExecutorInfo"),
                invalid("no resources", TaskInfo.Builder::clearResources, "uses no resources"),
                invalid("executor", LaunchesTest::withExecutor, "custom executors are not run"),
                invalid(
                        "negative grace",
                        task -> {
                            task.getKillPolicyBuilder().getGracePeriodBuilder().setNanoseconds(-1);
                            return task;
                        },
                        "must be non-negative"),
                invalid(
                        "health check without type",
                        task -> {
                            task.getHealthCheckBuilder().setDelaySeconds(1);
                            return task;
                        },
                        "HealthCheck must specify 'type'"));
    }

    private static Arguments invalid(String name, UnaryOperator<TaskInfo.Builder> change, String text) {
        return Arguments.of(name, change, text);
    }

    private static TaskInfo.Builder withExecutor(TaskInfo.Builder task) {
        return task.clearCommand()
                .setExecutor(ExecutorInfo.newBuilder()
                        .setExecutorId(ExecutorID.newBuilder().setValue("e")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalidTasks")
    void shouldAnswerAnInvalidTaskWithTaskError(String name, UnaryOperator<TaskInfo.Builder> change, String text) {
        TaskInfo task = change.apply(Harness.task(agentId, "t", "cpus:1;mem:100").toBuilder())
                .build();
        master.launch(stream, master.lastOffer(stream), task);
        TaskStatus status = master.lastUpdate(stream);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_ERROR);
        assertThat(status.getReason()).isEqualTo(Reason.REASON_TASK_INVALID);
        assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
        assertThat(status.getMessage()).contains(text);
        assertThat(status.hasUuid()).isFalse();
        assertThat(runs()).isEmpty();
        assertThat(master.snapshot().frameworks().getFirst().tasks()).isEmpty();
    }

    @Test
    void shouldRefuseATaskIdThatIsInUse() {
        master.launch(stream, master.lastOffer(stream), Harness.task(agentId, "t", "cpus:1;mem:100"));
        master.pass(1_000);
        master.launch(stream, master.lastOffer(stream), Harness.task(agentId, "t", "cpus:1;mem:100"));
        assertThat(master.lastUpdate(stream).getMessage()).isEqualTo("Task has duplicate ID: t");
        assertThat(runs()).containsExactly("t");
    }

    @Test
    void shouldLoseTasksOfInvalidOffers() {
        Offer offer = master.lastOffer(stream);
        master.launch(stream, offer, Harness.task(agentId, "a", "cpus:1;mem:100"));
        master.launch(stream, offer, Harness.task(agentId, "b", "cpus:1;mem:100"));
        TaskStatus status = master.lastUpdate(stream);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(status.getReason()).isEqualTo(Reason.REASON_INVALID_OFFERS);
        assertThat(status.getMessage())
                .isEqualTo("Task launched with invalid offers: Offer "
                        + offer.getId().getValue() + " is no longer valid");
    }

    @Test
    void shouldDropTasksOfInvalidOffersOfPartitionAwareFrameworks() {
        master.call(stream, Call.newBuilder().setType(Call.Type.SUPPRESS).setSuppress(Call.Suppress.newBuilder()));
        String aware = master.subscribe(Harness.framework()
                .addCapabilities(Harness.capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .build());
        master.call(aware, Harness.accept(List.of(), Harness.task(agentId, "a", "cpus:1;mem:100")));
        assertThat(master.lastUpdate(aware).getState()).isEqualTo(TaskState.TASK_DROPPED);
        assertThat(master.lastUpdate(aware).getMessage()).contains("No offers specified");
    }

    @Test
    void shouldRefuseOffersOfDifferentAgentsTogether() {
        Offer first = master.lastOffer(stream);
        String other = master.register(
                Harness.agent("cpus:1;mem:64").setPid("slave(1)@10.0.0.2:5051").build());
        Offer second = master.lastOffer(stream);
        assertThat(second.getAgentId()).isEqualTo(master.agentId(other));
        master.call(stream, Harness.accept(List.of(first, second), Harness.task(agentId, "a", "cpus:1;mem:100")));
        assertThat(master.lastUpdate(stream).getMessage()).contains("must belong to one single agent");
        assertThat(master.snapshot().agents().getFirst().used().isEmpty()).isTrue();
    }

    @Test
    void shouldAnswerTaskGroupsAndOtherOperations() {
        Call.Accept.Builder accept = Call.Accept.newBuilder()
                .addOfferIds(master.lastOffer(stream).getId())
                .addOperations(Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.LAUNCH_GROUP)
                        .setLaunchGroup(Offer.Operation.LaunchGroup.newBuilder()
                                .setExecutor(ExecutorInfo.newBuilder()
                                        .setExecutorId(ExecutorID.newBuilder().setValue("e")))
                                .setTaskGroup(io.gatun.mesos.v1.TaskGroupInfo.newBuilder()
                                        .addTasks(Harness.task(agentId, "g", "cpus:1;mem:64")))))
                .addOperations(Offer.Operation.newBuilder()
                        .setType(Offer.Operation.Type.RESERVE)
                        .setId(OperationID.newBuilder().setValue("op1"))
                        .setReserve(Offer.Operation.Reserve.newBuilder()));
        master.call(stream, Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept));
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_ERROR);
        assertThat(master.lastUpdate(stream).getReason()).isEqualTo(Reason.REASON_TASK_GROUP_INVALID);
        var status = master.lastEvent(stream, Event.Type.UPDATE_OPERATION_STATUS)
                .getUpdateOperationStatus()
                .getStatus();
        assertThat(status.getState()).isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(status.getOperationId().getValue()).isEqualTo("op1");
    }

    @Test
    void shouldKeepDeclinedResourcesAwayForTheRefuseTime() {
        Offer offer = master.lastOffer(stream);
        master.call(
                stream,
                Call.newBuilder()
                        .setType(Call.Type.DECLINE)
                        .setDecline(Call.Decline.newBuilder().addOfferIds(offer.getId())));
        master.pass(4_999);
        assertThat(master.lastOffer(stream)).isEqualTo(offer);
        master.pass(1_001);
        assertThat(master.lastOffer(stream)).isNotEqualTo(offer);
    }

    @Test
    void shouldRescindOffersAfterTheOfferTimeout() {
        Harness timed = new Harness(
                new io.gatun.master.registry.RegistryState(),
                1_000_000,
                java.util.Set.of(),
                java.util.OptionalLong.of(30_000));
        timed.register(Harness.agent("cpus:1;mem:64").build());
        String scheduler = timed.subscribe(Harness.framework().build());
        Offer offer = timed.lastOffer(scheduler);
        timed.pass(30_000);
        assertThat(timed.lastEvent(scheduler, Event.Type.RESCIND).getRescind().getOfferId())
                .isEqualTo(offer.getId());
        assertThat(timed.lastOffer(scheduler).getId()).isNotEqualTo(offer.getId());
    }

    private List<String> runs() {
        return master.agentEvents(agent).stream()
                .filter(event -> event.getType() == AgentEvent.Type.RUN_TASK)
                .map(event -> event.getRunTask().getTask().getTaskId().getValue())
                .toList();
    }
}
