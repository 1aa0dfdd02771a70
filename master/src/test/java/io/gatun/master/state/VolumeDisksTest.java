package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.OperationID;
import io.gatun.mesos.v1.OperationState;
import io.gatun.mesos.v1.OperationStatus;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo.Source;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes on disks with a source: in parts on a PATH disk, and a MOUNT disk as a whole. */
class VolumeDisksTest {
    private static final Resources PLAIN = Resources.parse("cpus:4;mem:1024;disk:100");
    private static final Resource PATH =
            Volumes.on(Resources.parse("disk:200").toProtos().getFirst(), Source.Type.PATH, "/disk1");
    private static final Resource MOUNT =
            Volumes.on(Resources.parse("disk:500").toProtos().getFirst(), Source.Type.MOUNT, "/mnt/disk2");
    private static final Resources OWN = PLAIN.plus(Resources.of(List.of(PATH, MOUNT)));

    private Harness master = new Harness();
    private String agent;
    private AgentID agentId;
    private String web;

    @BeforeEach
    void register() {
        agent = master.register(subscription(true).build());
        agentId = master.agentId(agent);
        web = master.subscribe(Volumes.framework("web"));
    }

    private static AgentCall.Subscribe.Builder subscription(boolean sources) {
        AgentCall.Subscribe.Builder subscribe = Harness.agent("cpus:1")
                .setCheckpointedResources(CheckpointedResources.getDefaultInstance())
                .setDiskSources(sources);
        subscribe.getAgentInfoBuilder().clearResources().addAllResources(OWN.toProtos());
        return subscribe;
    }

    private void back(boolean sources) {
        AgentCall.Subscribe.Builder subscribe = subscription(sources);
        subscribe.getAgentInfoBuilder().setId(agentId);
        agent = master.register(subscribe.build());
        master.pass(2_000);
    }

    private static Resource path(int megabytes) {
        return Volumes.on(Volumes.reserved("disk:" + megabytes, "web").getFirst(), Source.Type.PATH, "/disk1");
    }

    private static Resource mount(int megabytes) {
        return Volumes.on(Volumes.reserved("disk:" + megabytes, "web").getFirst(), Source.Type.MOUNT, "/mnt/disk2");
    }

    private static Resource volume(Resource disk, String id) {
        return Volumes.volume(disk, id, "data");
    }

    private static Offer.Operation.Builder reserve(Resource... disks) {
        return Volumes.reserve(List.of(disks));
    }

    private static Offer.Operation.Builder create(Resource volume) {
        return Volumes.create(volume).setId(OperationID.newBuilder().setValue("op"));
    }

    private static Offer.Operation.Builder destroy(Resource volume) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.DESTROY)
                .setId(OperationID.newBuilder().setValue("op"))
                .setDestroy(Offer.Operation.Destroy.newBuilder().addVolumes(volume));
    }

    private void accept(Offer.Operation.Builder... operations) {
        Call.Accept.Builder accept =
                Call.Accept.newBuilder().addOfferIds(master.lastOffer(web).getId());
        List.of(operations).forEach(accept::addOperations);
        accept.getFiltersBuilder().setRefuseSeconds(0);
        master.call(web, Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept));
        master.pass(2_000);
    }

    private OperationStatus lastStatus() {
        return master.lastEvent(web, Event.Type.UPDATE_OPERATION_STATUS)
                .getUpdateOperationStatus()
                .getStatus();
    }

    private Resources total() {
        return master.snapshot().agents().getFirst().total();
    }

    private Resources reserved() {
        return total().reserved("web");
    }

    private static Resources of(Resource... resources) {
        return Resources.of(List.of(resources));
    }

    @Test
    void shouldMakeVolumesOfPartsOfAPathDisk() {
        accept(reserve(path(100)), create(volume(path(60), "v1")), create(volume(path(30), "v2")));
        assertThat(reserved()).isEqualTo(of(volume(path(60), "v1"), volume(path(30), "v2"), path(10)));
        assertThat(total().unreserved()).isEqualTo(PLAIN.plus(of(MOUNT, PATH)).minus(of(unreserved(path(100)))));
        assertThat(Resources.of(master.lastOffer(web).getResourcesList()).reserved("web"))
                .isEqualTo(reserved());
        accept(create(volume(path(11), "v3")));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(lastStatus().getMessage()).contains("it takes 'disk(web)[PATH:/disk1]:11', available is '");
        accept(destroy(volume(path(60), "v1")));
        assertThat(reserved()).isEqualTo(of(path(70), volume(path(30), "v2")));
    }

    private static Resource unreserved(Resource disk) {
        return disk.toBuilder().clearReservations().build();
    }

    @Test
    void shouldMakeOneVolumeOfAMountDisk() {
        accept(reserve(mount(400)));
        assertThat(total()).as("it cannot be reserved in part").isEqualTo(OWN);
        accept(reserve(mount(500)), create(volume(mount(400), "v1")));
        assertThat(lastStatus().getMessage()).contains("it takes 'disk(web)[MOUNT:/mnt/disk2]:400', available is '");
        accept(create(volume(mount(500), "v1")));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(total()).isEqualTo(PLAIN.plus(of(PATH, volume(mount(500), "v1"))));
        accept(destroy(volume(mount(500), "v1")));
        assertThat(total()).isEqualTo(PLAIN.plus(of(PATH, mount(500))));
    }

    @Test
    void shouldKeepThemAcrossAFailover() {
        accept(reserve(path(60), mount(500)), create(volume(path(60), "v1")), create(volume(mount(500), "v2")));
        Resources before = total();
        assertThat(before.reserved("web")).isEqualTo(of(volume(path(60), "v1"), volume(mount(500), "v2")));
        master = master.restarted(1);
        back(true);
        assertThat(total()).isEqualTo(before);
    }

    @Test
    void shouldHaveEachIdOnceOnAllDisksOfAnAgent() {
        accept(reserve(path(60), mount(500)), create(volume(path(60), "v1")), create(volume(mount(500), "v1")));
        assertThat(lastStatus().getMessage()).contains("Persistence ID 'v1' is not unique for role 'web'");
    }

    /** Agents of the release before would keep it in their work directory. */
    @Test
    void shouldMakeNoneWhereTheAgentDoesNotKeepThemThere() {
        back(false);
        accept(reserve(path(60)), create(volume(path(60), "v1")));
        assertThat(lastStatus().getMessage())
                .endsWith("of version 1.11.0 keeps no persistent volumes on disks with a 'disk.source'");
        accept(reserve(Volumes.reserved("disk:10", "web").getFirst()), create(Volumes.volume(10, "web", "v1")));
        assertThat(lastStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
    }
}
