package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.OperationID;
import io.gatun.mesos.v1.OperationState;
import io.gatun.mesos.v1.OperationStatus;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GROW_VOLUME and SHRINK_VOLUME, by frameworks and by operators, and what is left of them after a failover. */
class VolumeResizingTest {
    private static final String OWN = "cpus:4;mem:1024;disk:100";
    private static final Resource VOLUME = volume(64);

    private Harness master = new Harness();
    private String agent;
    private AgentID agentId;
    private String web;

    /** A volume of 64 MB with 16 MB beside it that are reserved, too. */
    @BeforeEach
    void register() {
        agent = master.register(agent(AgentInfo.Capability.Type.RESIZE_VOLUME).build());
        agentId = master.agentId(agent);
        web = master.subscribe(Volumes.framework("web"));
        accept(reserve(80), Volumes.create(VOLUME));
    }

    private static AgentCall.Subscribe.Builder agent(AgentInfo.Capability.Type... capabilities) {
        AgentCall.Subscribe.Builder subscribe =
                Harness.agent(OWN).setCheckpointedResources(CheckpointedResources.getDefaultInstance());
        Arrays.stream(capabilities)
                .forEach(type -> subscribe.addCapabilities(
                        AgentInfo.Capability.newBuilder().setType(type)));
        return subscribe;
    }

    /** The agent registers again. */
    private void back(AgentInfo.Capability.Type... capabilities) {
        AgentCall.Subscribe.Builder subscribe = agent(capabilities);
        subscribe.getAgentInfoBuilder().setId(agentId);
        agent = master.register(subscribe.build());
        master.pass(2_000);
    }

    private static Resource volume(int megabytes) {
        return Volumes.volume(megabytes, "web", "v1");
    }

    private static Resource disk(int megabytes) {
        return Volumes.reserved("disk:" + megabytes, "web").getFirst();
    }

    private static Value.Scalar size(double megabytes) {
        return Value.Scalar.newBuilder().setValue(megabytes).build();
    }

    private static Offer.Operation.Builder reserve(int megabytes) {
        return Volumes.reserve(List.of(disk(megabytes)));
    }

    private static Offer.Operation.Builder grow(Resource volume, Resource addition) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.GROW_VOLUME)
                .setId(OperationID.newBuilder().setValue("op"))
                .setGrowVolume(Offer.Operation.GrowVolume.newBuilder()
                        .setVolume(volume)
                        .setAddition(addition));
    }

    private static Offer.Operation.Builder shrink(Resource volume, double megabytes) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.SHRINK_VOLUME)
                .setId(OperationID.newBuilder().setValue("op"))
                .setShrinkVolume(Offer.Operation.ShrinkVolume.newBuilder()
                        .setVolume(volume)
                        .setSubtract(size(megabytes)));
    }

    private Offer.Operation.Builder launch(String id, Resource... resources) {
        TaskInfo task = Harness.task(agentId, id, "cpus:1;mem:32").toBuilder()
                .addAllResources(List.of(resources))
                .build();
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task));
    }

    private void accept(Offer.Operation.Builder... operations) {
        Call.Accept.Builder accept =
                Call.Accept.newBuilder().addOfferIds(master.lastOffer(web).getId());
        Stream.of(operations).forEach(accept::addOperations);
        accept.getFiltersBuilder().setRefuseSeconds(0);
        master.call(web, Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept));
        master.pass(2_000);
    }

    private Effect.Reply growByOperator(Resource volume, Resource addition) {
        return master.operator(io.gatun.mesos.v1.master.Call.newBuilder()
                .setType(io.gatun.mesos.v1.master.Call.Type.GROW_VOLUME)
                .setGrowVolume(io.gatun.mesos.v1.master.Call.GrowVolume.newBuilder()
                        .setAgentId(agentId)
                        .setVolume(volume)
                        .setAddition(addition)));
    }

    private Effect.Reply shrinkByOperator(Resource volume, double megabytes) {
        return master.operator(io.gatun.mesos.v1.master.Call.newBuilder()
                .setType(io.gatun.mesos.v1.master.Call.Type.SHRINK_VOLUME)
                .setShrinkVolume(io.gatun.mesos.v1.master.Call.ShrinkVolume.newBuilder()
                        .setAgentId(agentId)
                        .setVolume(volume)
                        .setSubtract(size(megabytes))));
    }

    private OperationStatus lastStatus() {
        return master.lastEvent(web, Event.Type.UPDATE_OPERATION_STATUS)
                .getUpdateOperationStatus()
                .getStatus();
    }

    private Resources total() {
        return master.snapshot().agents().getFirst().total();
    }

    private Resources offered() {
        return Resources.of(master.lastOffer(web).getResourcesList()).unallocated();
    }

    /** What the agent was told last. */
    private Resources told() {
        return Resources.of(master.agentEvents(agent).stream()
                .filter(event -> event.getType() == AgentEvent.Type.CHECKPOINT_RESOURCES)
                .toList()
                .getLast()
                .getCheckpointResources()
                .getResourcesList());
    }

    private static Resources of(Resource... resources) {
        return Resources.of(List.of(resources));
    }

    private void has(Resource... disks) {
        Resources reserved = of(disks);
        assertThat(total()).isEqualTo(Resources.parse("cpus:4;mem:1024;disk:20").plus(reserved));
        assertThat(told()).isEqualTo(reserved);
        assertThat(offered().reserved("web")).isEqualTo(reserved);
        assertThat(Resources.of(master.registry
                        .view()
                        .agentVolumes()
                        .get(agentId.getValue())
                        .getResourcesList()))
                .isEqualTo(Checkpointed.volumes(reserved));
        assertThat(Resources.of(master.registry
                        .view()
                        .agentResources()
                        .get(agentId.getValue())
                        .getResourcesList()))
                .as("for a master of format 3")
                .isEqualTo(of(disk(80)));
    }

    @Test
    void shouldGrowAndShrinkForFrameworks() {
        accept(grow(VOLUME, disk(8)));
        has(volume(72), disk(8));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(Resources.of(lastStatus().getConvertedResourcesList()).unallocated())
                .isEqualTo(of(volume(72)));
        accept(grow(volume(72), disk(8)));
        has(volume(80));
        accept(shrink(volume(80), 48));
        has(volume(32), disk(48));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(Resources.of(lastStatus().getConvertedResourcesList()).unallocated())
                .isEqualTo(of(volume(32), disk(48)));
    }

    @Test
    void shouldResizeWhatWasMadeInTheSameCallAndLaunchOnIt() {
        accept(shrink(VOLUME, 32), grow(volume(32), disk(48)), launch("t", volume(80)));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(master.snapshot().agents().getFirst().used())
                .isEqualTo(Resources.parse("cpus:1;mem:32").plus(of(volume(80))));
        assertThat(master.agentEvents(agent).stream().map(AgentEvent::getType))
                .as("the agent knows of the size before it gets the task")
                .endsWith(
                        AgentEvent.Type.CHECKPOINT_RESOURCES,
                        AgentEvent.Type.CHECKPOINT_RESOURCES,
                        AgentEvent.Type.RUN_TASK);
    }

    @Test
    void shouldTellFrameworksWhyAVolumeIsNotResized() {
        accept(grow(VOLUME, disk(17)));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(lastStatus().getMessage())
                .startsWith("Invalid GROW_VOLUME operation on agent " + agentId.getValue()
                        + ": it takes 'disk(web)[v1:data]:64; disk(web):17', available is '");
        accept(grow(volume(63), disk(8)));
        assertThat(lastStatus().getMessage()).contains("it takes 'disk(web)[v1:data]:63; disk(web):8'");
        accept(shrink(Volumes.volume(64, "web", "v2"), 8));
        assertThat(lastStatus().getMessage()).contains("it takes 'disk(web)[v2:data]:64', available is '");
        accept(shrink(VOLUME, 64));
        assertThat(lastStatus().getMessage()).contains("must be smaller than the size of volume");
        accept(grow(VOLUME, Volumes.reserved("disk:8", "db").getFirst()));
        assertThat(lastStatus().getMessage()).contains("'addition' is 'disk(db):8', must be disk like that under");
        Resource foreign = of(VOLUME).allocatedTo("db").toProtos().getFirst();
        accept(shrink(foreign, 8));
        assertThat(lastStatus().getMessage()).contains("it has resources allocated to role 'db'");
        accept(grow(foreign, disk(8)));
        assertThat(lastStatus().getMessage()).contains("it has resources allocated to role 'db'");
        has(VOLUME, disk(16));
    }

    @Test
    void shouldNotResizeAVolumeThatATaskGetsInTheSameCall() {
        accept(launch("t", VOLUME), grow(VOLUME, disk(8)));
        assertThat(lastStatus().getMessage()).contains("it takes 'disk(web)[v1:data]:64; disk(web):8', available is '");
    }

    @Test
    void shouldResizeForOperators() {
        String offer = master.lastOffer(web).getId().getValue();
        assertThat(growByOperator(VOLUME, disk(16)).status()).isEqualTo(202);
        assertThat(master.lastEvent(web, Event.Type.RESCIND)
                        .getRescind()
                        .getOfferId()
                        .getValue())
                .isEqualTo(offer);
        master.pass(2_000);
        has(volume(80));
        assertThat(shrinkByOperator(volume(80), 0.5).status()).isEqualTo(202);
        master.pass(2_000);
        assertThat(offered().reserved("web")).isEqualTo(total().reserved("web"));
        assertThat(shrinkByOperator(
                                Volumes.volume(
                                        Volumes.reserved("disk:79.5", "web").getFirst(), "v1", "data"),
                                15.5)
                        .status())
                .isEqualTo(202);
        master.pass(2_000);
        has(VOLUME, disk(16));
    }

    @Test
    void shouldNotResizeForOperatorsWhatATaskHolds() {
        accept(launch("t", VOLUME));
        for (Effect.Reply reply : List.of(growByOperator(VOLUME, disk(8)), shrinkByOperator(VOLUME, 8))) {
            assertThat(reply.status()).isEqualTo(409);
            assertThat(reply.body())
                    .contains("has not got disk(web)[v1:data]:64")
                    .contains("that no task uses");
        }
        master.update(agent, master.frameworkId(web), "t", TaskState.TASK_FINISHED, "uuid-of-16-bytes");
        assertThat(growByOperator(VOLUME, disk(8)).status()).isEqualTo(202);
        assertThat(told()).isEqualTo(of(volume(72), disk(8)));
    }

    @Test
    void shouldTellOperatorsWhyAVolumeIsNotResized() {
        assertThat(growByOperator(VOLUME, disk(17)).status())
                .as("not enough is reserved")
                .isEqualTo(409);
        assertThat(shrinkByOperator(volume(63), 8).status())
                .as("of another size")
                .isEqualTo(409);
        Resource nothing = disk(8).toBuilder().setScalar(size(0)).build();
        assertThat(growByOperator(VOLUME, nothing).status()).isEqualTo(400);
        assertThat(growByOperator(VOLUME, nothing).body())
                .isEqualTo("Invalid GROW_VOLUME operation on agent " + agentId.getValue()
                        + ": Size of 'addition' must be greater than zero");
        assertThat(shrinkByOperator(VOLUME, 64).status()).isEqualTo(400);
        assertThat(shrinkByOperator(VOLUME, 64).body())
                .startsWith("Invalid SHRINK_VOLUME operation on agent " + agentId.getValue() + ": 'subtract' is 64");
        has(VOLUME, disk(16));
        agentId = AgentID.newBuilder().setValue("nobody").build();
        assertThat(growByOperator(VOLUME, disk(8)).status()).isEqualTo(400);
        assertThat(shrinkByOperator(VOLUME, 8).body()).isEqualTo("No agent found with specified ID");
    }

    /** It would take a volume of another size for another volume, and remove what is in it. */
    @Test
    void shouldNotResizeOnAnAgentWithoutTheCapability() {
        back();
        String why = "Agent " + agentId.getValue()
                + " of version 1.11.0 cannot resize volumes: it has no capability RESIZE_VOLUME";
        for (Effect.Reply reply : List.of(growByOperator(VOLUME, disk(8)), shrinkByOperator(VOLUME, 8))) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).endsWith(why);
        }
        accept(grow(VOLUME, disk(8)));
        assertThat(lastStatus().getMessage()).endsWith(why);
        accept(shrink(VOLUME, 8));
        assertThat(lastStatus().getMessage()).endsWith(why);
        assertThat(total().reserved("web")).isEqualTo(of(VOLUME, disk(16)));
        back(AgentInfo.Capability.Type.RESIZE_VOLUME);
        assertThat(growByOperator(VOLUME, disk(8)).status()).isEqualTo(202);
    }

    /** Sizes are exact in thousandths, whatever binary fractions do. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldLoseNothingOverManyChanges(long seed) {
        Random random = new Random(seed);
        int millis = 64_000;
        int changes = 0;
        for (int i = 0; i < 200; i++) {
            Resource volume = ofMillis(VOLUME, millis);
            int by = 1 + random.nextInt(40_000);
            boolean grows = random.nextBoolean();
            boolean possible = grows ? millis + by <= 80_000 : by < millis;
            int status = (grows ? growByOperator(volume, ofMillis(disk(1), by)) : shrinkByOperator(volume, by / 1000.0))
                    .status();
            assertThat(status == 202).as("%s by %s: %s", millis, by, status).isEqualTo(possible);
            millis += possible ? grows ? by : -by : 0;
            changes += possible ? 1 : 0;
            Resources reserved = of(ofMillis(VOLUME, millis)).plus(of(ofMillis(disk(1), 80_000 - millis)));
            assertThat(total().reserved("web")).isEqualTo(reserved);
            assertThat(told()).isEqualTo(reserved);
        }
        assertThat(changes).isGreaterThan(50);
    }

    private static Resource ofMillis(Resource resource, int millis) {
        return resource.toBuilder().setScalar(size(millis / 1000.0)).build();
    }

    @Test
    void shouldKeepTheSizeAcrossAFailover() {
        accept(grow(VOLUME, disk(8)));
        master = master.restarted(1);
        back(AgentInfo.Capability.Type.RESIZE_VOLUME);
        assertThat(total().reserved("web")).isEqualTo(of(volume(72), disk(8)));
        assertThat(Resources.of(master.agentEvents(agent)
                        .getFirst()
                        .getSubscribed()
                        .getCheckpointedResources()
                        .getResourcesList()))
                .isEqualTo(of(volume(72), disk(8)));
        web = master.subscribe(Volumes.framework("web"));
        assertThat(offered().reserved("web")).isEqualTo(of(volume(72), disk(8)));
        accept(shrink(volume(72), 8));
        has(VOLUME, disk(16));
    }
}
