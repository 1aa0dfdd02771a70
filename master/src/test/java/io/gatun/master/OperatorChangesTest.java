package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.v1.AgentInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.MachineID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.WeightInfo;
import org.apache.mesos.v1.maintenance.Protos.Schedule;
import org.apache.mesos.v1.maintenance.Protos.Window;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators' calls that change something, made with the official classes and by the old endpoints, and outliving a restart. */
class OperatorChangesTest {
    private static final String PROTOBUF = "application/x-protobuf";
    private static final MachineID MACHINE =
            MachineID.newBuilder().setHostname("host1").setIp("127.0.0.1").build();

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path workDir;

    private RunningMaster master;
    private FakeAgent agent;

    @BeforeEach
    void start() {
        master = RunningMaster.in(workDir);
        agent = FakeAgent.subscribed(master, FakeAgent.with("cpus:4;mem:1024").build());
    }

    @AfterEach
    void stop() {
        agent.close();
        master.close();
        client.shutdownNow();
    }

    private org.apache.mesos.v1.Protos.AgentID agentId() {
        return org.apache.mesos.v1.Protos.AgentID.newBuilder()
                .setValue(agent.id().getValue())
                .build();
    }

    private HttpResponse<byte[]> post(Call.Builder call) throws Exception {
        return client.send(
                HttpRequest.newBuilder(master.uri("/api/v1"))
                        .header("Content-Type", PROTOBUF)
                        .header("Accept", PROTOBUF)
                        .POST(BodyPublishers.ofByteArray(call.build().toByteArray()))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private void done(Call.Builder call) throws Exception {
        HttpResponse<byte[]> response = post(call);
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    private Response get(Call.Type type) throws Exception {
        return Response.parseFrom(post(Call.newBuilder().setType(type)).body());
    }

    private HttpResponse<String> old(String method, String path, String body) throws Exception {
        URI uri = master.uri(path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private void restart() {
        agent.close();
        master.close();
        master = RunningMaster.in(workDir);
    }

    @Test
    void shouldDeactivateDrainAndReactivate() throws Exception {
        Call.Builder deactivate = Call.newBuilder().setType(Call.Type.DEACTIVATE_AGENT);
        deactivate.getDeactivateAgentBuilder().setAgentId(agentId());
        done(deactivate);
        assertThat(get(Call.Type.GET_AGENTS).getGetAgents().getAgents(0)).satisfies(shown -> {
            assertThat(shown.getDeactivated()).isTrue();
            assertThat(shown.getActive()).isFalse();
        });
        Call.Builder drain = Call.newBuilder().setType(Call.Type.DRAIN_AGENT);
        drain.getDrainAgentBuilder()
                .setAgentId(agentId())
                .getMaxGracePeriodBuilder()
                .setSeconds(5);
        done(drain);
        assertThat(get(Call.Type.GET_AGENTS).getGetAgents().getAgents(0)).satisfies(shown -> {
            assertThat(shown.getDrainInfo().getState()).isEqualTo(org.apache.mesos.v1.Protos.DrainState.DRAINED);
            assertThat(shown.getDrainInfo().getConfig().getMaxGracePeriod().getNanoseconds())
                    .isEqualTo(5_000_000_000L);
            assertThat(shown.hasEstimatedDrainStartTime()).isTrue();
        });
        assertThat(old("GET", "/slaves", "").body())
                .contains("\"deactivated\":true")
                .contains("\"drain_info\":{\"state\":\"DRAINED\"")
                .contains("\"estimated_drain_start_time_seconds\":");
        Call.Builder reactivate = Call.newBuilder().setType(Call.Type.REACTIVATE_AGENT);
        reactivate.getReactivateAgentBuilder().setAgentId(agentId());
        done(reactivate);
        assertThat(get(Call.Type.GET_AGENTS).getGetAgents().getAgents(0).getActive())
                .isTrue();
        assertThat(post(reactivate).statusCode()).isEqualTo(400);
    }

    @Test
    void shouldMarkGoneForEver() throws Exception {
        Call.Builder gone = Call.newBuilder().setType(Call.Type.MARK_AGENT_GONE);
        gone.getMarkAgentGoneBuilder().setAgentId(agentId());
        done(gone);
        assertThat(agent.await(io.gatun.mesos.link.AgentEvent.Type.SHUTDOWN)
                        .getShutdown()
                        .getMessage())
                .contains("marked gone");
        restart();
        done(gone);
        gone.getMarkAgentGoneBuilder().getAgentIdBuilder().setValue("nobody");
        assertThat(post(gone).statusCode()).isEqualTo(404);
    }

    @Test
    void shouldKeepWeightsAndQuotas() throws Exception {
        Call.Builder weights = Call.newBuilder().setType(Call.Type.UPDATE_WEIGHTS);
        weights.getUpdateWeightsBuilder()
                .addWeightInfos(WeightInfo.newBuilder().setRole("a").setWeight(2.5));
        done(weights);
        Call.Builder quota = Call.newBuilder().setType(Call.Type.UPDATE_QUOTA);
        quota.getUpdateQuotaBuilder()
                .addQuotaConfigs(QuotaConfig.newBuilder()
                        .setRole("a")
                        .putGuarantees(
                                "cpus", Value.Scalar.newBuilder().setValue(1).build())
                        .putLimits("cpus", Value.Scalar.newBuilder().setValue(2).build()));
        done(quota);
        restart();
        assertThat(get(Call.Type.GET_WEIGHTS).getGetWeights().getWeightInfosList())
                .containsExactly(weights.getUpdateWeights().getWeightInfos(0));
        assertThat(get(Call.Type.GET_QUOTA).getGetQuota().getStatus().getConfigsList())
                .containsExactly(quota.getUpdateQuota().getQuotaConfigs(0));
        assertThat(old("GET", "/roles", "").body())
                .contains("\"guarantee\":{\"cpus\":1.0}")
                .contains("\"limit\":{\"cpus\":2.0}");
    }

    @Test
    void shouldTakeWeightsAndQuotasByTheOldEndpoints() throws Exception {
        assertThat(old("PUT", "/weights", "[{\"role\":\"a\",\"weight\":2.5}]").statusCode())
                .isEqualTo(200);
        assertThat(old("GET", "/master/weights", "").body()).isEqualTo("[{\"weight\":2.5,\"role\":\"a\"}]");
        assertThat(old("PUT", "/weights", "[{\"role\":\"a\"").statusCode()).isEqualTo(400);
        assertThat(old("POST", "/weights", "[]").statusCode()).isEqualTo(405);
        String request =
                "{\"role\":\"r\",\"guarantee\":[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1}}]}";
        assertThat(old("POST", "/quota", request).statusCode()).isEqualTo(200);
        assertThat(old("GET", "/quota", "").body())
                .contains("\"infos\":[{\"role\":\"r\"")
                .contains("\"configs\"");
        assertThat(old("DELETE", "/quota/r", "").statusCode()).isEqualTo(200);
        assertThat(old("DELETE", "/master/quota/r", "").statusCode()).isEqualTo(400);
        assertThat(old("GET", "/quota", "").body()).isEqualTo("{}");
    }

    @Test
    void shouldBringMachinesDownAndUp() throws Exception {
        Call.Builder update = Call.newBuilder().setType(Call.Type.UPDATE_MAINTENANCE_SCHEDULE);
        update.getUpdateMaintenanceScheduleBuilder()
                .setSchedule(Schedule.newBuilder()
                        .addWindows(Window.newBuilder()
                                .addMachineIds(MACHINE)
                                .setUnavailability(org.apache.mesos.v1.Protos.Unavailability.newBuilder()
                                        .setStart(org.apache.mesos.v1.Protos.TimeInfo.newBuilder()
                                                .setNanoseconds(1)))));
        done(update);
        assertThat(get(Call.Type.GET_MAINTENANCE_SCHEDULE)
                        .getGetMaintenanceSchedule()
                        .getSchedule())
                .isEqualTo(update.getUpdateMaintenanceSchedule().getSchedule());
        Call.Builder start = Call.newBuilder().setType(Call.Type.START_MAINTENANCE);
        start.getStartMaintenanceBuilder().addMachines(MACHINE);
        done(start);
        agent.await(io.gatun.mesos.link.AgentEvent.Type.SHUTDOWN);
        restart();
        assertThat(get(Call.Type.GET_MAINTENANCE_STATUS)
                        .getGetMaintenanceStatus()
                        .getStatus()
                        .getDownMachinesList())
                .containsExactly(MACHINE);
        assertThat(old("GET", "/maintenance/status", "").body())
                .isEqualTo("{\"down_machines\":[{\"hostname\":\"host1\",\"ip\":\"127.0.0.1\"}]}");
        assertThat(old("POST", "/machine/up", "[{\"hostname\":\"host1\",\"ip\":\"127.0.0.1\"}]")
                        .statusCode())
                .isEqualTo(200);
        assertThat(old("GET", "/maintenance/schedule", "").body()).isEqualTo("{}");
    }

    @Test
    void shouldReserveByTheOldEndpoint() throws Exception {
        String resources = URLEncoder.encode(
                "[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1},\"role\":\"web\","
                        + "\"reservation\":{\"principal\":\"ops\"}}]",
                StandardCharsets.UTF_8);
        String form = "slaveId=" + agent.id().getValue() + "&resources=" + resources;
        assertThat(old("POST", "/reserve", form).statusCode()).isEqualTo(202);
        assertThat(old("GET", "/slaves", "").body()).contains("\"reserved_resources\":{\"web\":{\"cpus\":1.0");
        assertThat(old("POST", "/unreserve", form).statusCode()).isEqualTo(202);
        assertThat(old("POST", "/unreserve", form).statusCode()).isEqualTo(409);
        assertThat(old("POST", "/create-volumes", "slaveId=x&volumes=[]").statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldResizeAVolume() throws Exception {
        agent.close();
        var keeper = FakeAgent.with("cpus:4;disk:100")
                .setPid("slave(1)@127.0.0.1:5052")
                .setCheckpointedResources(CheckpointedResources.getDefaultInstance())
                .addCapabilities(AgentInfo.Capability.newBuilder().setType(AgentInfo.Capability.Type.RESIZE_VOLUME));
        agent = FakeAgent.subscribed(master, keeper.build());
        Call.Builder reserve = Call.newBuilder().setType(Call.Type.RESERVE_RESOURCES);
        reserve.getReserveResourcesBuilder().setAgentId(agentId()).addResources(disk(80));
        assertThat(post(reserve).statusCode()).isEqualTo(202);
        Call.Builder create = Call.newBuilder().setType(Call.Type.CREATE_VOLUMES);
        create.getCreateVolumesBuilder().setAgentId(agentId()).addVolumes(volume(64));
        assertThat(post(create).statusCode()).isEqualTo(202);

        Call.Builder grow = Call.newBuilder().setType(Call.Type.GROW_VOLUME);
        grow.getGrowVolumeBuilder().setAgentId(agentId()).setVolume(volume(64)).setAddition(disk(8));
        assertThat(post(grow).statusCode()).isEqualTo(202);
        agent.inbox.await(event -> sizes(event.getCheckpointResources()).equals(List.of(8.0, 72.0)));
        assertThat(post(grow).statusCode()).as("it has another size now").isEqualTo(409);

        Call.Builder shrink = Call.newBuilder().setType(Call.Type.SHRINK_VOLUME);
        shrink.getShrinkVolumeBuilder()
                .setAgentId(agentId())
                .setVolume(volume(72))
                .setSubtract(Value.Scalar.newBuilder().setValue(32));
        assertThat(post(shrink).statusCode()).isEqualTo(202);
        agent.inbox.await(event -> sizes(event.getCheckpointResources()).equals(List.of(40.0, 40.0)));
        shrink.getShrinkVolumeBuilder()
                .setVolume(volume(40))
                .getSubtractBuilder()
                .setValue(40);
        HttpResponse<byte[]> refused = post(shrink);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .contains("'subtract' is 40.0, must be smaller than the size of volume 'disk(web)[v1:data]:40'");

        keeper.getAgentInfoBuilder().setId(agent.id());
        restart();
        agent = FakeAgent.subscribed(master, keeper.build());
        grow.getGrowVolumeBuilder().setVolume(volume(40)).setAddition(disk(40));
        assertThat(post(grow).statusCode()).as("its size outlives the master").isEqualTo(202);
        agent.inbox.await(event -> sizes(event.getCheckpointResources()).equals(List.of(80.0)));
    }

    private static List<Double> sizes(CheckpointedResources resources) {
        return resources.getResourcesList().stream()
                .map(resource -> resource.getScalar().getValue())
                .sorted()
                .toList();
    }

    private static Resource disk(double megabytes) {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(megabytes))
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setType(Resource.ReservationInfo.Type.DYNAMIC)
                        .setRole("web"))
                .build();
    }

    private static Resource volume(double megabytes) {
        Resource.Builder volume = disk(megabytes).toBuilder();
        volume.getDiskBuilder().getPersistenceBuilder().setId("v1");
        volume.getDiskBuilder()
                .getVolumeBuilder()
                .setContainerPath("data")
                .setMode(org.apache.mesos.v1.Protos.Volume.Mode.RW);
        return volume.build();
    }

    @Test
    void shouldSettleAddressesOfVirtualIpsOnceAndKeepThem() throws Exception {
        assertThat(old("POST", "/vips", "{\"a.marathon\":\"11.0.0.7\",\"b.marathon\":\"11.0.0.7\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(old("POST", "/vips", "{\"a.marathon\":\"11.0.0.9\",\"c.marathon\":\"11.0.0.8\"}")
                        .statusCode())
                .isEqualTo(200);
        String settled = "{\"a.marathon\":\"11.0.0.7\",\"c.marathon\":\"11.0.0.8\"}";
        assertThat(old("GET", "/vips", "").body()).isEqualTo(settled);
        restart();
        assertThat(old("GET", "/vips", "").body()).isEqualTo(settled);
        assertThat(old("POST", "/vips", "{\"d\":\"11.0.0\"}").body()).contains("'11.0.0' of name 'd'");
        assertThat(old("POST", "/vips", "[]").statusCode()).isEqualTo(400);
        assertThat(old("DELETE", "/vips/a.marathon", "").statusCode()).isEqualTo(200);
        assertThat(old("DELETE", "/vips/a.marathon", "").statusCode()).isEqualTo(404);
        old("POST", "/vips", "{\"b.marathon\":\"11.0.0.7\"}");
        assertThat(old("GET", "/vips", "").body()).contains("\"b.marathon\":\"11.0.0.7\"");
    }

    @Test
    void shouldTearDownByTheOldEndpoint() throws Exception {
        HttpResponse<String> response = old("POST", "/teardown", "frameworkId=nobody");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("No framework found with ID 'nobody'");
        assertThat(old("POST", "/teardown", "x=y").body()).contains("Missing 'frameworkId'");
    }
}
