package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.operator.PolicyModel;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.InverseOffer;
import io.gatun.mesos.v1.MachineID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.Unavailability;
import io.gatun.mesos.v1.allocator.InverseOfferStatus;
import io.gatun.mesos.v1.maintenance.ClusterStatus;
import io.gatun.mesos.v1.maintenance.Schedule;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frameworks are asked for what they hold on machines that are scheduled for maintenance. */
class InverseOffersTest {
    private static final MachineID MACHINE =
            MachineID.newBuilder().setHostname("HOST").setIp("10.0.0.1").build();

    private final Harness master = new Harness();
    private String agent;
    private AgentID agentId;
    private String holder;
    private String idle;

    @BeforeEach
    void start() {
        agent = master.register(Harness.agent("cpus:4;mem:1024").build());
        agentId = master.agentId(agent);
        holder = master.subscribe(framework());
        master.launch(holder, master.lastOffer(holder), Harness.task(agentId, "t", "cpus:1;mem:32"));
        idle = master.subscribe(framework());
    }

    private static FrameworkInfo framework() {
        return Harness.framework().setFailoverTimeout(1e6).build();
    }

    private void schedule(long startNs, MachineID... machines) {
        Schedule.Builder schedule = Schedule.newBuilder();
        if (machines.length > 0) {
            Unavailability.Builder when = Unavailability.newBuilder();
            when.getStartBuilder().setNanoseconds(startNs);
            schedule.addWindowsBuilder().addAllMachineIds(List.of(machines)).setUnavailability(when);
        }
        Effect.Reply reply = master.operator(io.gatun.mesos.v1.master.Call.newBuilder()
                .setType(io.gatun.mesos.v1.master.Call.Type.UPDATE_MAINTENANCE_SCHEDULE)
                .setUpdateMaintenanceSchedule(io.gatun.mesos.v1.master.Call.UpdateMaintenanceSchedule.newBuilder()
                        .setSchedule(schedule)));
        assertThat(reply.status()).isEqualTo(200);
    }

    private List<InverseOffer> asked(String stream) {
        return master.events(stream).stream()
                .flatMap(event -> event.getInverseOffers().getInverseOffersList().stream())
                .toList();
    }

    private List<String> rescinded(String stream) {
        return master.events(stream).stream()
                .filter(event -> event.getType() == Event.Type.RESCIND_INVERSE_OFFER)
                .map(event -> event.getRescindInverseOffer().getInverseOfferId().getValue())
                .toList();
    }

    private void accept(InverseOffer offer, double refuseSeconds) {
        master.call(
                holder,
                Call.newBuilder()
                        .setType(Call.Type.ACCEPT_INVERSE_OFFERS)
                        .setAcceptInverseOffers(Call.AcceptInverseOffers.newBuilder()
                                .addInverseOfferIds(offer.getId())
                                .setFilters(Filters.newBuilder().setRefuseSeconds(refuseSeconds))));
    }

    private void decline(InverseOffer offer) {
        master.call(
                holder,
                Call.newBuilder()
                        .setType(Call.Type.DECLINE_INVERSE_OFFERS)
                        .setDeclineInverseOffers(
                                Call.DeclineInverseOffers.newBuilder().addInverseOfferIds(offer.getId())));
    }

    private ClusterStatus.DrainingMachine status() {
        return PolicyModel.maintenance(master.snapshot().policy()).getDrainingMachines(0);
    }

    @Test
    void shouldAskThoseWhoHoldSomethingThere() {
        schedule(5, MACHINE);
        assertThat(asked(idle)).isEmpty();
        assertThat(asked(holder)).singleElement().satisfies(offer -> {
            assertThat(offer.getAgentId()).isEqualTo(agentId);
            assertThat(offer.getFrameworkId()).isEqualTo(master.frameworkId(holder));
            assertThat(offer.getUnavailability().getStart().getNanoseconds()).isEqualTo(5);
            assertThat(offer.getUrl().getAddress().getIp()).isEqualTo("10.0.0.1");
            assertThat(offer.getResourcesList()).isEmpty();
        });
        master.pass(60_000);
        assertThat(asked(holder)).as("once, until it is answered").hasSize(1);
        assertThat(status().getStatusesList()).isEmpty();
    }

    @Test
    void shouldNotAskOnOtherMachines() {
        schedule(5, MACHINE.toBuilder().setIp("10.0.0.2").build());
        master.pass(5_000);
        assertThat(asked(holder)).isEmpty();
    }

    @Test
    void shouldShowWhatIsAnsweredAndAskAgainAfterTheFilter() {
        schedule(5, MACHINE);
        accept(asked(holder).getFirst(), 20);
        assertThat(status().getStatusesList()).singleElement().satisfies(answer -> {
            assertThat(answer.getStatus()).isEqualTo(InverseOfferStatus.Status.ACCEPT);
            assertThat(answer.getFrameworkId()).isEqualTo(master.frameworkId(holder));
            assertThat(answer.getTimestamp().getNanoseconds()).isEqualTo(master.nowMs * 1_000_000);
        });
        master.pass(19_000);
        assertThat(asked(holder)).hasSize(1);
        master.pass(3_000);
        assertThat(asked(holder)).hasSize(2);
        decline(asked(holder).getLast());
        assertThat(status().getStatusesList())
                .as("the last answer")
                .singleElement()
                .satisfies(answer -> assertThat(answer.getStatus()).isEqualTo(InverseOfferStatus.Status.DECLINE));
        master.pass(4_000);
        assertThat(asked(holder)).hasSize(2);
        master.pass(3_000);
        assertThat(asked(holder)).as("5 s are the default").hasSize(3);
    }

    @Test
    void shouldRescindWhenTheScheduleChanges() {
        schedule(5, MACHINE);
        InverseOffer first = asked(holder).getFirst();
        schedule(6, MACHINE);
        assertThat(rescinded(holder)).containsExactly(first.getId().getValue());
        assertThat(asked(holder)).hasSize(2);
        accept(asked(holder).getLast(), 0);
        schedule(7, MACHINE);
        assertThat(status().getStatusesList()).as("it was about another time").isEmpty();
        schedule(0);
        assertThat(rescinded(holder)).hasSize(2);
        master.pass(5_000);
        assertThat(asked(holder)).hasSize(3);
    }

    @Test
    void shouldNotRescindWhenAnotherMachineIsScheduled() {
        schedule(5, MACHINE);
        schedule(5, MACHINE, MACHINE.toBuilder().setIp("10.0.0.2").build());
        assertThat(rescinded(holder)).isEmpty();
        assertThat(asked(holder)).hasSize(1);
    }

    @Test
    void shouldRescindWhenNothingIsHeldOrTheAgentIsAway() {
        schedule(5, MACHINE);
        master.apply(new Command.AgentDisconnected(agent));
        master.pass(2_000);
        assertThat(rescinded(holder)).hasSize(1);
        var back = Harness.agent("cpus:4;mem:1024");
        back.getAgentInfoBuilder().setId(agentId);
        back.addTasksBuilder()
                .setTask(master.snapshot().frameworks().getFirst().tasks().getFirst());
        agent = master.register(back.build());
        master.pass(2_000);
        assertThat(asked(holder)).hasSize(2);
        master.update(agent, master.frameworkId(holder), "t", TaskState.TASK_FINISHED, "uuid-of-16-bytes");
        master.pass(2_000);
        assertThat(rescinded(holder)).hasSize(2);
        master.pass(5_000);
        assertThat(asked(holder)).hasSize(2);
    }

    @Test
    void shouldAskAnewAfterAnotherSubscription() {
        schedule(5, MACHINE);
        InverseOffer old = asked(holder).getFirst();
        FrameworkInfo info =
                framework().toBuilder().setId(master.frameworkId(holder)).build();
        holder = master.subscribe(info);
        master.pass(2_000);
        assertThat(asked(holder)).hasSize(1);
        accept(old, 5);
        assertThat(status().getStatusesList()).as("it is no more").isEmpty();
        assertThat(master.effects)
                .anyMatch(effect ->
                        effect instanceof Effect.Log(String text) && text.contains("has no such inverse offer"));
    }

    @Test
    void shouldForgetAnswersWithTheAgent() {
        schedule(5, MACHINE);
        accept(asked(holder).getFirst(), 5);
        master.operator(io.gatun.mesos.v1.master.Call.newBuilder()
                .setType(io.gatun.mesos.v1.master.Call.Type.START_MAINTENANCE)
                .setStartMaintenance(io.gatun.mesos.v1.master.Call.StartMaintenance.newBuilder()
                        .addMachines(MACHINE)));
        master.pass(2_000);
        assertThat(master.snapshot().policy().inverseOffers()).isEmpty();
        assertThat(asked(holder)).hasSize(1);
    }
}
