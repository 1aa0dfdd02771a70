package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.registry.ResourcesRecord;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.OperationID;
import io.gatun.mesos.v1.OperationState;
import io.gatun.mesos.v1.OperationStatus;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RESERVE, UNRESERVE, CREATE and DESTROY, by frameworks and by operators, and what is left of them after a failover. */
class VolumeOperationsTest {
    private static final String OWN = "cpus:4;mem:1024;disk:100";
    private static final List<Resource> DISK = Volumes.reserved("disk:64", "web");
    private static final Resource VOLUME = Volumes.volume(64, "web", "v1");

    private Harness master = new Harness();
    private String agent;
    private AgentID agentId;
    private String web;

    @BeforeEach
    void register() {
        agent = master.register(keeper(OWN).build());
        agentId = master.agentId(agent);
        web = master.subscribe(Volumes.framework("web"));
    }

    private static AgentCall.Subscribe.Builder keeper(String resources, Resource... checkpointed) {
        return Harness.agent(resources)
                .setCheckpointedResources(CheckpointedResources.newBuilder().addAllResources(List.of(checkpointed)));
    }

    private AgentCall.Subscribe.Builder back(String resources) {
        AgentCall.Subscribe.Builder subscribe = keeper(resources);
        subscribe.getAgentInfoBuilder().setId(agentId);
        return subscribe;
    }

    private static Offer.Operation.Builder unreserve(List<Resource> resources) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.UNRESERVE)
                .setUnreserve(Offer.Operation.Unreserve.newBuilder().addAllResources(resources));
    }

    private static Offer.Operation.Builder destroy(Resource... volumes) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.DESTROY)
                .setDestroy(Offer.Operation.Destroy.newBuilder().addAllVolumes(List.of(volumes)));
    }

    private Offer.Operation.Builder launch(String id, Resource... resources) {
        TaskInfo task = Harness.task(agentId, id, "cpus:1;mem:32").toBuilder()
                .addAllResources(List.of(resources))
                .build();
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task));
    }

    private static Offer.Operation.Builder named(Offer.Operation.Builder operation) {
        return operation.setId(OperationID.newBuilder().setValue("op"));
    }

    private void accept(Offer.Operation.Builder... operations) {
        Call.Accept.Builder accept =
                Call.Accept.newBuilder().addOfferIds(master.lastOffer(web).getId());
        for (Offer.Operation.Builder operation : operations) {
            accept.addOperations(operation);
        }
        accept.getFiltersBuilder().setRefuseSeconds(0);
        master.call(web, Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept));
        master.pass(2_000);
    }

    private OperationStatus lastStatus() {
        return master.lastEvent(web, Event.Type.UPDATE_OPERATION_STATUS)
                .getUpdateOperationStatus()
                .getStatus();
    }

    private int createByOperator(Resource volume) {
        return master.operator(io.gatun.mesos.v1.master.Call.newBuilder()
                        .setType(io.gatun.mesos.v1.master.Call.Type.CREATE_VOLUMES)
                        .setCreateVolumes(io.gatun.mesos.v1.master.Call.CreateVolumes.newBuilder()
                                .setAgentId(agentId)
                                .addVolumes(volume)))
                .status();
    }

    private Effect.Reply destroyByOperator(Resource volume) {
        return master.operator(io.gatun.mesos.v1.master.Call.newBuilder()
                .setType(io.gatun.mesos.v1.master.Call.Type.DESTROY_VOLUMES)
                .setDestroyVolumes(io.gatun.mesos.v1.master.Call.DestroyVolumes.newBuilder()
                        .setAgentId(agentId)
                        .addVolumes(volume)));
    }

    private Resources total() {
        return master.snapshot().agents().getFirst().total();
    }

    private Resources told() {
        List<CheckpointedResources> told = master.agentEvents(agent).stream()
                .filter(event -> event.getType() == AgentEvent.Type.CHECKPOINT_RESOURCES)
                .map(AgentEvent::getCheckpointResources)
                .toList();
        return Resources.of(told.getLast().getResourcesList());
    }

    private static Resources of(Resource... resources) {
        return Resources.of(List.of(resources));
    }

    @Test
    void shouldReserveMakeAVolumeAndLaunchOnItInOneCall() {
        accept(Volumes.reserve(DISK), Volumes.create(VOLUME), launch("t", VOLUME));
        assertThat(total()).isEqualTo(Resources.parse("cpus:4;mem:1024;disk:36").plus(of(VOLUME)));
        assertThat(master.snapshot().agents().getFirst().used())
                .isEqualTo(Resources.parse("cpus:1;mem:32").plus(of(VOLUME)));
        assertThat(told()).isEqualTo(of(VOLUME));
        List<AgentEvent.Type> events =
                master.agentEvents(agent).stream().map(AgentEvent::getType).toList();
        assertThat(events)
                .as("the agent knows of the volume before it gets the task")
                .containsSubsequence(
                        AgentEvent.Type.CHECKPOINT_RESOURCES,
                        AgentEvent.Type.CHECKPOINT_RESOURCES,
                        AgentEvent.Type.RUN_TASK);
        assertThat(Resources.of(master.lastOffer(web).getResourcesList()))
                .isEqualTo(Resources.parse("cpus:3;mem:992;disk:36"));
    }

    @Test
    void shouldOfferTheVolumeToItsRoleAlone() {
        accept(Volumes.reserve(DISK), Volumes.create(VOLUME));
        assertThat(Resources.of(master.lastOffer(web).getResourcesList()).contains(of(VOLUME)))
                .isTrue();
        master.call(
                web,
                Call.newBuilder()
                        .setType(Call.Type.DECLINE)
                        .setDecline(Call.Decline.newBuilder()
                                .addOfferIds(master.lastOffer(web).getId())));
        String other = master.subscribe(Volumes.framework("db"));
        assertThat(Resources.of(master.lastOffer(other).getResourcesList()))
                .isEqualTo(Resources.parse("cpus:4;mem:1024;disk:36"));
    }

    @Test
    void shouldTellWhatBecameOfAnOperationWithAnId() {
        accept(named(Volumes.reserve(DISK)));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(Resources.of(lastStatus().getConvertedResourcesList()).unallocated())
                .isEqualTo(Resources.of(DISK));
        assertThat(lastStatus().hasUuid()).as("needs no acknowledgement").isFalse();
        accept(named(Volumes.create(Volumes.volume(65, "web", "v1"))));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(lastStatus().getMessage()).contains("it takes 'disk(web):65', available is");
        accept(named(Volumes.reserve(Volumes.reserved("cpus:1", "db"))));
        assertThat(lastStatus().getMessage()).contains("for a resource allocated to role 'web'");
        accept(named(destroy(VOLUME)));
        assertThat(lastStatus().getMessage()).contains("Persistent volumes not found");
        assertThat(total()).isEqualTo(Resources.parse("cpus:4;mem:1024;disk:36").plus(Resources.of(DISK)));
    }

    @Test
    void shouldUndoWhatFrameworksHaveMade() {
        accept(Volumes.reserve(DISK), Volumes.create(VOLUME));
        accept(named(unreserve(List.of(VOLUME))));
        assertThat(lastStatus().getMessage()).contains("cannot be unreserved directly");
        accept(destroy(VOLUME), unreserve(DISK));
        assertThat(total()).isEqualTo(Resources.parse(OWN));
        assertThat(told().isEmpty()).isTrue();
        assertThat(master.registry.view().agentResources()).isEmpty();
        assertThat(master.registry.view().agentVolumes()).isEmpty();
        assertThat(Resources.of(master.lastOffer(web).getResourcesList())).isEqualTo(Resources.parse(OWN));
    }

    @Test
    void shouldNotDestroyAVolumeThatATaskHasOrIsAboutToGet() {
        accept(Volumes.reserve(DISK), Volumes.create(VOLUME), launch("t", VOLUME), named(destroy(VOLUME)));
        assertThat(lastStatus().getMessage()).contains("Persistent volumes in use");
        assertThat(destroyByOperator(VOLUME).status()).isEqualTo(400);
        assertThat(destroyByOperator(VOLUME).body()).contains("Persistent volumes in use");
        master.update(agent, master.frameworkId(web), "t", TaskState.TASK_FINISHED, "uuid-of-16-bytes");
        assertThat(destroyByOperator(VOLUME).status()).isEqualTo(202);
        assertThat(told()).isEqualTo(Resources.of(DISK));
    }

    @Test
    void shouldMakeAndDestroyVolumesForOperators() {
        assertThat(createByOperator(VOLUME)).as("nothing is reserved").isEqualTo(409);
        accept(Volumes.reserve(DISK));
        assertThat(createByOperator(VOLUME)).isEqualTo(202);
        assertThat(told()).isEqualTo(of(VOLUME));
        assertThat(createByOperator(VOLUME)).as("its id is taken").isEqualTo(400);
        assertThat(destroyByOperator(Volumes.volume(64, "web", "v2")).body()).contains("not found");
        assertThat(destroyByOperator(VOLUME).status()).isEqualTo(202);
        assertThat(total().reserved("web")).isEqualTo(Resources.of(DISK));
        agentId = AgentID.newBuilder().setValue("nobody").build();
        assertThat(createByOperator(VOLUME)).isEqualTo(400);
        assertThat(destroyByOperator(VOLUME).body()).isEqualTo("No agent found with specified ID");
    }

    @Test
    void shouldRefuseTasksWithVolumesThatAreNotOffered() {
        accept(Volumes.reserve(DISK), Volumes.create(VOLUME), launch("t", Volumes.volume(64, "web", "v2")));
        assertThat(master.lastUpdate(web).getState()).isEqualTo(TaskState.TASK_ERROR);
        accept(launch("u", VOLUME, VOLUME));
        assertThat(master.lastUpdate(web).getMessage()).contains("'v1' is not unique for role 'web'");
        Resource outside = VOLUME.toBuilder()
                .setDisk(VOLUME.getDisk().toBuilder()
                        .setVolume(VOLUME.getDisk().getVolume().toBuilder().setContainerPath("/etc")))
                .build();
        accept(launch("v", outside));
        assertThat(master.lastUpdate(web).getMessage()).contains("must be relative to the sandbox");
    }

    @Test
    void shouldKeepVolumesAndTheTasksOnThemAcrossAFailover() {
        accept(Volumes.reserve(DISK), Volumes.create(VOLUME), launch("t", VOLUME));
        Resources before = total();
        FrameworkInfo info = master.snapshot().frameworks().getFirst().info();
        Task task = master.snapshot().frameworks().getFirst().tasks().getFirst();
        master = master.restarted(1);
        agent = master.register(back(OWN)
                .addFrameworks(info)
                .addTasks(AgentCall.KnownTask.newBuilder().setTask(task))
                .build());
        assertThat(total()).isEqualTo(before);
        assertThat(Resources.of(master.agentEvents(agent)
                        .getFirst()
                        .getSubscribed()
                        .getCheckpointedResources()
                        .getResourcesList()))
                .isEqualTo(of(VOLUME));
        assertThat(destroyByOperator(VOLUME).body()).contains("Persistent volumes in use");
    }

    @Test
    void shouldKeepReservationsOfFrameworksAcrossAFailover() {
        accept(Volumes.reserve(Volumes.reserved("cpus:2;disk:64", "web")), Volumes.create(VOLUME));
        Resources before = total();
        master = master.restarted(1);
        agent = master.register(back(OWN).build());
        assertThat(total()).isEqualTo(before);
        web = master.subscribe(Volumes.framework("web"));
        accept(destroy(VOLUME), unreserve(Volumes.reserved("cpus:2;disk:64", "web")));
        master = master.restarted(1);
        agent = master.register(back(OWN).build());
        assertThat(total()).isEqualTo(Resources.parse(OWN));
    }

    /** An agent that was removed comes back under another id, with all that its volumes hold. */
    @Test
    void shouldTakeOverWhatAnUnknownAgentHasOnDisk() {
        AgentCall.Subscribe.Builder other = keeper(OWN, VOLUME).setPid("slave(1)@10.0.0.2:5051");
        String stream = master.register(other.build());
        String id = master.agentId(stream).getValue();
        assertThat(master.snapshot().agents().getLast().total().contains(of(VOLUME)))
                .isTrue();
        assertThat(master.registry.view().agentVolumes()).containsOnlyKeys(id);
        assertThat(master.registry.view().agentResources().get(id))
                .isEqualTo(ResourcesRecord.newBuilder().addAllResources(DISK).build());
    }

    /** What happened while it was away is in the registry alone. */
    @Test
    void shouldNotBelieveAnAgentThatTheRegistryKnows() {
        AgentCall.Subscribe.Builder subscribe = keeper(OWN, VOLUME);
        subscribe.getAgentInfoBuilder().setId(agentId);
        agent = master.register(subscribe.build());
        assertThat(total()).isEqualTo(Resources.parse(OWN));
        master = master.restarted(1);
        agent = master.register(subscribe.build());
        assertThat(total()).isEqualTo(Resources.parse(OWN));
    }

    @Test
    void shouldVoidAVolumeThatTheAgentHasNoDiskForAnyMore() {
        accept(Volumes.reserve(DISK), Volumes.create(VOLUME));
        master = master.restarted(1);
        master.register(back("cpus:4;mem:1024;disk:10").build());
        assertThat(total()).isEqualTo(Resources.parse("cpus:4;mem:1024;disk:10"));
        assertThat(master.effects)
                .anyMatch(effect -> effect instanceof Effect.Log(String text) && text.contains("the volume is void"));
    }

    @Test
    void shouldMakeNoVolumeWhereTheAgentKeepsNone() {
        accept(Volumes.reserve(DISK));
        AgentCall.Subscribe.Builder old = back(OWN).clearCheckpointedResources();
        agent = master.register(old.build());
        master.pass(2_000);
        accept(named(Volumes.create(VOLUME)));
        assertThat(lastStatus().getMessage()).endsWith("of version 1.11.0 keeps no persistent volumes");
        assertThat(createByOperator(VOLUME)).isEqualTo(400);
        assertThat(master.agentEvents(agent))
                .noneMatch(event -> event.getType() == AgentEvent.Type.CHECKPOINT_RESOURCES
                        || event.getSubscribed().hasCheckpointedResources());
    }

    @Test
    void shouldRefuseAnAgentWithInvalidVolumes() {
        String stream = master.register(
                keeper(OWN, VOLUME, VOLUME).setPid("slave(1)@10.0.0.2:5051").build());
        assertThat(master.agentEvents(stream).getFirst().getError().getMessage())
                .startsWith("'checkpointed_resources' are invalid: Persistence ID 'v1'");
    }

    /** As by a master of format 3, which knows reservations and keeps volumes as they came. */
    @Test
    void shouldKeepReservationsApartFromVolumesInTheRegistry() {
        accept(Volumes.reserve(Volumes.reserved("cpus:1;disk:64", "web")), Volumes.create(VOLUME));
        assertThat(Resources.of(master.registry
                        .view()
                        .agentResources()
                        .get(agentId.getValue())
                        .getResourcesList()))
                .isEqualTo(Resources.of(Volumes.reserved("cpus:1;disk:64", "web")));
        assertThat(master.registry.view().agentVolumes().get(agentId.getValue()).getResourcesList())
                .containsExactly(VOLUME);
    }
}
