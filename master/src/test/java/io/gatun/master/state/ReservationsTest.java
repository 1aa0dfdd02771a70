package io.gatun.master.state;

import static io.gatun.master.state.Volumes.reserved;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RESERVE_RESOURCES and UNRESERVE_RESOURCES. */
class ReservationsTest {
    private Harness master = new Harness();
    private String agent;
    private AgentID agentId;

    @BeforeEach
    void register() {
        agent = master.register(Harness.agent("cpus:4;mem:1024").build());
        agentId = master.agentId(agent);
    }

    private Effect.Reply reserve(List<Resource> resources) {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.RESERVE_RESOURCES)
                .setReserveResources(
                        Call.ReserveResources.newBuilder().setAgentId(agentId).addAllResources(resources)));
    }

    private Effect.Reply unreserve(List<Resource> resources) {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.UNRESERVE_RESOURCES)
                .setUnreserveResources(
                        Call.UnreserveResources.newBuilder().setAgentId(agentId).addAllResources(resources)));
    }

    private Resources total() {
        return master.snapshot().agents().getFirst().total();
    }

    private AgentCall.Subscribe.Builder back(String resources) {
        AgentCall.Subscribe.Builder subscribe = Harness.agent(resources);
        subscribe.getAgentInfoBuilder().setId(agentId);
        return subscribe;
    }

    @Test
    void shouldReserveAndUnreserve() {
        assertThat(reserve(reserved("cpus:1;mem:64", "web")).status()).isEqualTo(202);
        assertThat(total().reserved("web").cpus()).isEqualTo(1);
        assertThat(total().unreserved().cpus()).isEqualTo(3);
        assertThat(total().cpus()).isEqualTo(4);
        assertThat(unreserve(reserved("cpus:1", "web")).status()).isEqualTo(202);
        assertThat(total().reserved("web").cpus()).isZero();
        assertThat(total().reserved("web").mem()).isEqualTo(64);
        unreserve(reserved("mem:64", "web"));
        assertThat(total()).isEqualTo(Resources.parse("cpus:4;mem:1024"));
        assertThat(master.registry.view().agentResources()).isEmpty();
    }

    @Test
    void shouldOfferWhatIsReservedToItsRoleOnly() {
        String other = master.subscribe(Harness.framework().build());
        assertThat(master.lastOffer(other).getResourcesList()).hasSize(2);
        reserve(reserved("cpus:4;mem:1024", "web"));
        assertThat(master.events(other)).anyMatch(event -> event.getType() == Event.Type.RESCIND);
        assertThat(master.snapshot().frameworks().getFirst().offers()).isEmpty();
        String web = master.subscribe(role("web"));
        assertThat(Resources.of(master.lastOffer(web).getResourcesList())
                        .reserved("web")
                        .cpus())
                .isEqualTo(4);
    }

    @SuppressWarnings("deprecation") // The shortest way to a role.
    private static FrameworkInfo role(String role) {
        return Harness.framework().setRole(role).setFailoverTimeout(1e6).build();
    }

    @Test
    void shouldRefineAReservation() {
        reserve(reserved("cpus:2", "eng"));
        assertThat(reserve(reserved("cpus:1", "eng", "eng/web")).status()).isEqualTo(202);
        assertThat(total().reserved("eng/web").cpus()).isEqualTo(1);
        assertThat(total().reserved("eng").cpus()).isEqualTo(1);
        assertThat(unreserve(reserved("cpus:1", "eng", "eng/web")).status()).isEqualTo(202);
        assertThat(total().reserved("eng").cpus()).isEqualTo(2);
    }

    @Test
    void shouldNotTakeWhatATaskHolds() {
        String stream = master.subscribe(Harness.framework().build());
        master.launch(stream, master.lastOffer(stream), Harness.task(agentId, "t", "cpus:3;mem:64"));
        Effect.Reply reply = reserve(reserved("cpus:2", "web"));
        assertThat(reply.status()).isEqualTo(409);
        assertThat(reply.body()).contains("cpus:1; mem:960");
        assertThat(reserve(reserved("cpus:1", "web")).status()).isEqualTo(202);
    }

    @Test
    void shouldRunTasksOnReservedResourcesAndKeepThemWhileTheyRun() {
        reserve(reserved("cpus:2;mem:128", "web"));
        String stream = master.subscribe(role("web"));
        var offer = master.lastOffer(stream);
        var task = Harness.task(agentId, "t", "").toBuilder()
                .addAllResources(
                        Resources.of(offer.getResourcesList()).reserved("web").toProtos())
                .build();
        master.launch(stream, offer, task);
        master.update(agent, master.frameworkId(stream), "t", TaskState.TASK_RUNNING, "uuid-of-16-bytes");
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(unreserve(reserved("cpus:1", "web")).status()).isEqualTo(409);
    }

    @Test
    void shouldKeepReservationsAcrossAFailoverWithTheTasksOnThem() {
        reserve(reserved("cpus:2;mem:128", "web"));
        Resources before = total();
        String stream = master.subscribe(role("web"));
        var offer = master.lastOffer(stream);
        master.launch(
                stream,
                offer,
                Harness.task(agentId, "t", "").toBuilder()
                        .addAllResources(Resources.of(offer.getResourcesList())
                                .reserved("web")
                                .toProtos())
                        .build());
        FrameworkInfo info = master.snapshot().frameworks().getFirst().info();
        Task task = master.snapshot().frameworks().getFirst().tasks().getFirst();
        master = master.restarted(1);
        master.register(back("cpus:4;mem:1024")
                .addFrameworks(info)
                .addTasks(AgentCall.KnownTask.newBuilder().setTask(task))
                .build());
        assertThat(total()).isEqualTo(before);
        assertThat(master.snapshot().agents().getFirst().used().reserved("web").cpus())
                .isEqualTo(2);
    }

    @Test
    void shouldVoidAReservationThatTheAgentHasNoResourcesForAnyMore() {
        reserve(reserved("cpus:3", "web"));
        master = master.restarted(1);
        master.register(back("cpus:2;mem:1024").build());
        assertThat(total()).isEqualTo(Resources.parse("cpus:2;mem:1024"));
        assertThat(master.registry.view().agentResources()).isEmpty();
        assertThat(master.effects)
                .anyMatch(effect ->
                        effect instanceof Effect.Log(String text) && text.contains("the reservation is void"));
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertThat(reserve(Resources.parse("cpus:1").toProtos()).body()).contains("is not dynamically reserved");
        assertThat(reserve(reserved("cpus:1", "a", "b")).body()).contains("role 'b' does not refine 'a'");
        assertThat(reserve(List.of()).body()).contains("'resources' is empty");
        assertThat(unreserve(Resources.parse("cpus:1").toProtos()).body()).contains("is not dynamically reserved");
        assertThat(unreserve(reserved("cpus:1", "web")).status()).isEqualTo(409);
        agentId = AgentID.newBuilder().setValue("nobody").build();
        assertThat(reserve(reserved("cpus:1", "web")).body()).isEqualTo("No agent found with specified ID");
    }
}
