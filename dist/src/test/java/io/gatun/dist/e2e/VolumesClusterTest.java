package io.gatun.dist.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.agent.Agent;
import io.gatun.agent.AgentFlags;
import io.gatun.dist.zookeeper.ZookeeperFlags;
import io.gatun.dist.zookeeper.ZookeeperNode;
import io.gatun.master.Master;
import io.gatun.master.MasterFlags;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A persistent volume from CREATE to DESTROY, over its sizes, tasks, an agent and a leading master that come and go. */
@Tag("cluster")
@Timeout(600)
class VolumesClusterTest {
    private static final int MASTERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ROLE = "db";
    /** Sizes of the volume in MB: as it is made, grown by its framework, and shrunk by an operator. */
    private static final int SIZE = 64;

    private static final int GROWN = 80;
    private static final int SHRUNK = 16;

    @TempDir
    private Path folder;

    private final List<Master> masters = new ArrayList<>();
    private ZookeeperNode zookeeper;
    private Agent agent;
    private VolumeFramework framework;

    @BeforeEach
    void start() {
        ZookeeperFlags flags = new ZookeeperFlags();
        flags.port = 0;
        flags.workDir = folder.resolve("zookeeper");
        zookeeper = ZookeeperNode.launch(flags);
        for (int i = 0; i < MASTERS; i++) {
            masters.add(master(folder.resolve("master-" + i)));
        }
        agent = agent();
        framework = new VolumeFramework(ROLE);
        subscribe();
    }

    @AfterEach
    void stop() {
        framework.close();
        agent.shutdown();
        masters.forEach(Master::close);
        zookeeper.close();
    }

    private Master master(Path workDir) {
        MasterFlags flags = new MasterFlags();
        flags.port = 0;
        flags.workDir = workDir;
        flags.zk = zk();
        flags.zkSessionTimeout = "30secs";
        // A machine that stands still for a moment has no other leader than before; the one that ends is succeeded in
        // half.
        flags.logLeaderTimeout = "8secs";
        flags.quorum = MASTERS / 2 + 1;
        return Master.launch(flags);
    }

    private Agent agent() {
        return agent("cpus:1;mem:256;disk:128");
    }

    private Agent agent(String resources) {
        AgentFlags flags = new AgentFlags();
        flags.port = 0;
        flags.master = zk();
        flags.workDir = folder.resolve("agent");
        flags.registrationBackoffFactor = "10ms";
        flags.cgroupsRoot = "gatun-volumes-" + ProcessHandle.current().pid();
        flags.allowUnenforcedLimits = true;
        flags.resources = resources;
        return Agent.launch(flags);
    }

    private String zk() {
        return "zk://127.0.0.1:" + zookeeper.port() + "/mesos";
    }

    private Master leader() {
        List<Master> leading = new ArrayList<>();
        Await.until(
                "a master leads",
                PATIENCE,
                () -> {
                    leading.clear();
                    masters.stream().filter(Master::recovered).forEach(leading::add);
                    return leading.size() == 1;
                },
                () -> masters.size() + " masters");
        return leading.getFirst();
    }

    private void subscribe() {
        framework.subscribe(leader().port());
    }

    /** The leader ends, and one of the others goes on. */
    private void failOver() {
        Master old = leader();
        masters.remove(old);
        old.close();
        subscribe();
    }

    private static Resource disk(int megabytes) {
        Resource.Builder disk = Resources.parse("disk:" + megabytes).toProtos().getFirst().toBuilder();
        disk.addReservationsBuilder()
                .setType(Resource.ReservationInfo.Type.DYNAMIC)
                .setRole(ROLE);
        return disk.build();
    }

    private static Resource volume(int megabytes) {
        Resource.Builder volume = disk(megabytes).toBuilder();
        volume.getDiskBuilder().getPersistenceBuilder().setId("data-1");
        volume.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
        return volume.build();
    }

    private static Offer.Operation create() {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.CREATE)
                .setCreate(Offer.Operation.Create.newBuilder().addVolumes(volume(SIZE)))
                .build();
    }

    private static Offer.Operation reserve(int megabytes) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.RESERVE)
                .setReserve(Offer.Operation.Reserve.newBuilder().addResources(disk(megabytes)))
                .build();
    }

    private static Offer.Operation grow() {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.GROW_VOLUME)
                .setGrowVolume(Offer.Operation.GrowVolume.newBuilder()
                        .setVolume(volume(SIZE))
                        .setAddition(disk(GROWN - SIZE)))
                .build();
    }

    private static Offer.Operation destroy() {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.DESTROY)
                .setDestroy(Offer.Operation.Destroy.newBuilder().addVolumes(volume(SHRUNK)))
                .build();
    }

    /** What the master shows of the volume: in the agent's resources of the old endpoint, by role. */
    private JsonNode shown() throws Exception {
        JsonNode slaves = framework.get("/slaves").path("slaves");
        return slaves.path(0).path("reserved_resources_full").path(ROLE).path(0);
    }

    private void run(String id, int size, String command, TaskState end, Offer.Operation... before) {
        framework.launch(id, command, List.of(volume(size)), List.of(before));
        assertThat(framework.awaitEnd(id)).as(id + ": " + command).isEqualTo(end);
    }

    @Test
    void shouldKeepAVolumeUntilItIsDestroyed() throws Exception {
        Path directory = folder.resolve("agent/volumes/roles/" + ROLE + "/data-1");
        run("writer", SIZE, "echo written > data/file", TaskState.TASK_FINISHED, reserve(SIZE), create());
        assertThat(directory.resolve("file")).hasContent("written");
        assertThat(shown().path("disk").path("persistence").path("id").asText()).isEqualTo("data-1");

        run("reader", SIZE, "test \"$(cat data/file)\" = written", TaskState.TASK_FINISHED);
        run("other", SIZE, "test \"$(cat data/file)\" = other", TaskState.TASK_FAILED);

        run("grower", GROWN, "grep written data/file", TaskState.TASK_FINISHED, reserve(GROWN - SIZE), grow());
        assertThat(shown().path("scalar").path("value").asDouble()).isEqualTo(GROWN);

        failOver();
        assertThat(Checkpointed.volumes(framework.awaitOffers()))
                .as("the new leader offers it")
                .isEqualTo(Resources.of(List.of(volume(GROWN))));
        run("after-failover", GROWN, "grep written data/file && echo more >> data/file", TaskState.TASK_FINISHED);

        agent.close();
        framework.awaitNoOffers();
        agent = agent();
        run("after-restart", GROWN, "grep more data/file", TaskState.TASK_FINISHED);

        framework.launch("holder", "sleep 1000", List.of(volume(GROWN)), List.of());
        framework.awaitRunning("holder");
        assertThat(framework.shrinkByOperator(volume(GROWN), GROWN - SHRUNK))
                .as("a task has it")
                .isEqualTo(409);
        assertThat(framework.growByOperator(volume(GROWN), disk(1)))
                .as("a task has it")
                .isEqualTo(409);
        assertThat(framework.destroyByOperator(volume(GROWN)))
                .as("a task has it")
                .isEqualTo(400);
        framework.kill("holder");
        assertThat(framework.awaitEnd("holder")).isEqualTo(TaskState.TASK_KILLED);
        assertThat(framework.shrinkByOperator(volume(GROWN), GROWN - SHRUNK)).isEqualTo(202);
        Resources shrunk = Resources.of(List.of(volume(SHRUNK), disk(GROWN - SHRUNK)));
        framework.awaitOffersOf(shrunk);
        run("after-shrink", SHRUNK, "grep more data/file", TaskState.TASK_FINISHED);
        framework.accept(List.of(destroy()));
        Await.until("its directory is gone", PATIENCE, () -> !Files.exists(directory), directory::toString);
        assertThat(shown().path("disk").isMissingNode()).as("%s", shown()).isTrue();
        assertThat(shown().path("name").asText()).as("the reservation stays").isEqualTo("disk");
    }

    /** The same on a disk of type PATH, of which a part is reserved. */
    @Test
    void shouldKeepAVolumeOnAnotherDiskThere() {
        Path root = folder.resolve("path");
        Resource part = onPath(disk(SIZE), root);
        Resource volume = onPath(volume(SIZE), root);
        Resource own = onPath(Resources.parse("disk:100").toProtos().getFirst(), root);
        String rest = Resources.parse("cpus:1;mem:256;disk:28").toProtos().stream()
                .map(MesosJson::print)
                .collect(Collectors.joining(","));
        agent.close();
        framework.awaitNoOffers();
        agent = agent("[" + rest + "," + MesosJson.print(own) + "]");
        framework.launch(
                "writer",
                "echo written > data/file",
                List.of(volume),
                List.of(
                        Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.RESERVE)
                                .setReserve(Offer.Operation.Reserve.newBuilder().addResources(part))
                                .build(),
                        Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.CREATE)
                                .setCreate(Offer.Operation.Create.newBuilder().addVolumes(volume))
                                .build()));
        assertThat(framework.awaitEnd("writer")).isEqualTo(TaskState.TASK_FINISHED);
        Path directory = root.resolve("volumes/roles/" + ROLE + "/data-1");
        assertThat(directory.resolve("file")).hasContent("written");

        failOver();
        framework.launch("reader", "grep written data/file", List.of(volume), List.of());
        assertThat(framework.awaitEnd("reader")).isEqualTo(TaskState.TASK_FINISHED);
        framework.accept(List.of(Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.DESTROY)
                .setDestroy(Offer.Operation.Destroy.newBuilder().addVolumes(volume))
                .build()));
        Await.until("its directory is gone", PATIENCE, () -> !Files.exists(directory), directory::toString);
    }

    private static Resource onPath(Resource disk, Path root) {
        Resource.Builder builder = disk.toBuilder();
        builder.getDiskBuilder()
                .getSourceBuilder()
                .setType(Resource.DiskInfo.Source.Type.PATH)
                .getPathBuilder()
                .setRoot(root.toString());
        return builder.build();
    }
}
