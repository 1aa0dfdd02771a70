package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.DurationInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.MachineID;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TimeInfo;
import io.gatun.mesos.v1.Unavailability;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.WeightInfo;
import io.gatun.mesos.v1.maintenance.Schedule;
import io.gatun.mesos.v1.maintenance.Window;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.quota.QuotaConfig;
import io.gatun.mesos.v1.scheduler.Event;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Weights, quotas and maintenance: refused when wrong, obeyed, and known to the next master. */
class PoliciesTest {
    private static final MachineID MACHINE =
            MachineID.newBuilder().setHostname("HOST").setIp("10.0.0.1").build();

    private Harness master = new Harness();

    private Effect.Reply weights(String role, double weight) {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.UPDATE_WEIGHTS)
                .setUpdateWeights(Call.UpdateWeights.newBuilder()
                        .addWeightInfos(WeightInfo.newBuilder().setRole(role).setWeight(weight))));
    }

    private static QuotaConfig quota(String role, Map<String, Double> guarantees, Map<String, Double> limits) {
        QuotaConfig.Builder config = QuotaConfig.newBuilder().setRole(role);
        guarantees.forEach((name, value) -> config.putGuarantees(
                name, Value.Scalar.newBuilder().setValue(value).build()));
        limits.forEach((name, value) ->
                config.putLimits(name, Value.Scalar.newBuilder().setValue(value).build()));
        return config.build();
    }

    private Effect.Reply quota(boolean force, QuotaConfig... configs) {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.UPDATE_QUOTA)
                .setUpdateQuota(Call.UpdateQuota.newBuilder().setForce(force).addAllQuotaConfigs(List.of(configs))));
    }

    @SuppressWarnings("deprecation") // The old calls are under test.
    private Effect.Reply setQuota(double cpus) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.SET_QUOTA);
        call.getSetQuotaBuilder()
                .getQuotaRequestBuilder()
                .setRole("r")
                .addGuarantee(Resource.newBuilder()
                        .setName("cpus")
                        .setType(Value.Type.SCALAR)
                        .setScalar(Value.Scalar.newBuilder().setValue(cpus)));
        return master.operator(call);
    }

    @SuppressWarnings("deprecation") // The old calls are under test.
    private Effect.Reply removeQuota() {
        Call.Builder call = Call.newBuilder().setType(Call.Type.REMOVE_QUOTA);
        call.getRemoveQuotaBuilder().setRole("r");
        return master.operator(call);
    }

    private static Schedule schedule(MachineID... machines) {
        return Schedule.newBuilder()
                .addWindows(Window.newBuilder()
                        .addAllMachineIds(List.of(machines))
                        .setUnavailability(Unavailability.newBuilder()
                                .setStart(TimeInfo.newBuilder().setNanoseconds(5))
                                .setDuration(DurationInfo.newBuilder().setNanoseconds(7))))
                .build();
    }

    private Effect.Reply update(Schedule schedule) {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.UPDATE_MAINTENANCE_SCHEDULE)
                .setUpdateMaintenanceSchedule(
                        Call.UpdateMaintenanceSchedule.newBuilder().setSchedule(schedule)));
    }

    private Effect.Reply start(MachineID... machines) {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.START_MAINTENANCE)
                .setStartMaintenance(Call.StartMaintenance.newBuilder().addAllMachines(List.of(machines))));
    }

    private Effect.Reply stop(MachineID... machines) {
        return master.operator(Call.newBuilder()
                .setType(Call.Type.STOP_MAINTENANCE)
                .setStopMaintenance(Call.StopMaintenance.newBuilder().addAllMachines(List.of(machines))));
    }

    @Test
    void shouldKeepWeightsAndRescindOffersThatWereMadeByOlderOnes() {
        master.register(Harness.agent("cpus:4;mem:1024").build());
        String stream = master.subscribe(Harness.framework()
                .addRoles("a/b")
                .addCapabilities(Harness.capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .build());
        assertThat(weights("c", 3).status()).isEqualTo(200);
        assertThat(master.events(stream))
                .as("nobody has that role")
                .noneMatch(event -> event.getType() == Event.Type.RESCIND);
        assertThat(weights("a", 2.5).status()).isEqualTo(200);
        assertThat(master.events(stream)).anyMatch(event -> event.getType() == Event.Type.RESCIND);
        Map<String, Double> weights = Map.of("a", 2.5, "c", 3.0);
        assertThat(master.snapshot().weights()).containsExactlyInAnyOrderEntriesOf(weights);
        assertThat(master.restarted(1).snapshot().weights()).containsExactlyInAnyOrderEntriesOf(weights);
    }

    @Test
    void shouldRefuseWeightsThatMakeNoSense() {
        assertThat(weights("a", 0).body()).contains("role 'a'").contains("positive");
        assertThat(weights("a//b", 1).body()).contains("two slashes");
        assertThat(master.snapshot().weights()).isEmpty();
        assertThat(master.registry.view().weights()).isEmpty();
    }

    @Test
    void shouldOfferNoMoreThanTheLimit() {
        master.register(Harness.agent("cpus:4;mem:1024").build());
        assertThat(quota(false, quota("*", Map.of(), Map.of("cpus", 1.5))).status())
                .isEqualTo(200);
        String stream = master.subscribe(Harness.framework().build());
        assertThat(master.lastOffer(stream).getResourcesList().stream()
                        .filter(resource -> resource.getName().equals("cpus"))
                        .mapToDouble(resource -> resource.getScalar().getValue())
                        .sum())
                .isEqualTo(1.5);
        Harness next = master.restarted(1);
        assertThat(next.snapshot().policy().quotas()).containsOnlyKeys("*");
    }

    @Test
    void shouldRefuseQuotasThatMakeNoSense() {
        master.register(Harness.agent("cpus:4;mem:1024").build());
        assertThat(quota(false, quota("a/b", Map.of(), Map.of("cpus", 1.0))).body())
                .contains("nested role 'a/b'");
        assertThat(quota(false, quota("a", Map.of("cpus", 2.0), Map.of("cpus", 1.0)))
                        .body())
                .contains("cpus:2.0 is not contained within the 'QuotaConfig.limits' cpus:1.0");
        assertThat(quota(false, quota("a", Map.of("cpus", -2.0), Map.of())).body())
                .contains("'cpus' is -2.0");
        assertThat(quota(false, quota("a", Map.of("cpus", 3.0), Map.of()), quota("b", Map.of("cpus", 2.0), Map.of()))
                        .body())
                .contains("'cpus:5.0' exceed cluster capacity 'cpus:4.0'");
        assertThat(master.snapshot().policy().quotas()).isEmpty();
        assertThat(quota(true, quota("a", Map.of("cpus", 30.0), Map.of())).status())
                .isEqualTo(200);
    }

    @Test
    void shouldRefuseALimitBelowWhatIsConsumedUnlessForced() {
        String agent = master.register(Harness.agent("cpus:4;mem:1024").build());
        String stream = master.subscribe(Harness.framework().build());
        master.launch(stream, master.lastOffer(stream), Harness.task(master.agentId(agent), "t", "cpus:2;mem:64"));
        assertThat(quota(false, quota("*", Map.of(), Map.of("cpus", 1.0))).body())
                .contains("already consuming cpus:2.0 of 1.0");
        assertThat(quota(true, quota("*", Map.of(), Map.of("cpus", 1.0))).status())
                .isEqualTo(200);
        assertThat(master.snapshot().frameworks().getFirst().offers())
                .allSatisfy(offer -> assertThat(offer.getResourcesList())
                        .noneMatch(resource -> resource.getName().equals("cpus")));
    }

    @Test
    void shouldSetAndRemoveQuotaByTheOldCalls() {
        master.register(Harness.agent("cpus:4;mem:1024").build());
        assertThat(setQuota(5).status()).isEqualTo(409);
        assertThat(setQuota(3).status()).isEqualTo(200);
        assertThat(setQuota(2).body()).contains("already has quota");
        QuotaConfig config = master.snapshot().policy().quotas().get("r");
        assertThat(config.getLimitsMap()).isEqualTo(config.getGuaranteesMap());
        assertThat(removeQuota().status()).isEqualTo(200);
        assertThat(removeQuota().body()).contains("has no quota set");
        assertThat(master.registry.view().quotas()).isEmpty();
    }

    @Test
    void shouldSayInOffersWhenTheirAgentWillBeUnavailable() {
        master.register(Harness.agent("cpus:4;mem:1024").build());
        String stream = master.subscribe(Harness.framework().build());
        assertThat(master.lastOffer(stream).hasUnavailability()).isFalse();
        assertThat(update(schedule(MACHINE)).status()).isEqualTo(200);
        assertThat(master.lastOffer(stream).getUnavailability().getStart().getNanoseconds())
                .isEqualTo(5);
        assertThat(master.snapshot().policy().machines())
                .singleElement()
                .satisfies(machine -> assertThat(machine.getMode()).isEqualTo(MachineInfo.Mode.DRAINING));
        assertThat(update(Schedule.getDefaultInstance()).status()).isEqualTo(200);
        assertThat(master.lastOffer(stream).hasUnavailability()).isFalse();
        assertThat(master.registry.view().machines()).isEmpty();
    }

    @Test
    void shouldRemoveAgentsOfADownMachineAndRefuseThemUntilItIsUp() {
        String agent = master.register(Harness.agent("cpus:4;mem:1024").build());
        String stream = master.subscribe(Harness.framework().build());
        master.launch(stream, master.lastOffer(stream), Harness.task(master.agentId(agent), "t", "cpus:1;mem:64"));
        assertThat(start(MACHINE).body()).contains("not part of a maintenance schedule");
        update(schedule(MACHINE));
        assertThat(stop(MACHINE).body()).contains("not in DOWN mode");
        assertThat(start(MACHINE).status()).isEqualTo(200);
        assertThat(master.agentEvents(agent).getLast().getType()).isEqualTo(AgentEvent.Type.SHUTDOWN);
        assertThat(master.lastUpdate(stream).getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(start(MACHINE).body()).contains("not in DRAINING mode");
        assertThat(update(Schedule.getDefaultInstance()).body()).contains("cannot be removed from the schedule");
        master = master.restarted(1);
        String refused = master.register(Harness.agent("cpus:4;mem:1024").build());
        assertThat(master.agentEvents(refused).getFirst().getError().getMessage())
                .contains("DOWN for maintenance");
        assertThat(stop(MACHINE).status()).isEqualTo(200);
        assertThat(master.snapshot().policy().schedule().getWindowsCount()).isZero();
        master.register(Harness.agent("cpus:4;mem:1024").build());
        assertThat(master.snapshot().agents()).hasSize(1);
    }

    @Test
    void shouldRefuseSchedulesThatMakeNoSense() {
        assertThat(update(schedule()).body()).contains("machines in the maintenance window is empty");
        assertThat(update(schedule(MachineID.getDefaultInstance())).body()).contains("Both 'hostname' and 'ip'");
        assertThat(update(schedule(
                                MACHINE, MACHINE.toBuilder().setHostname("host").build()))
                        .body())
                .contains("more than once");
        assertThat(update(schedule(MACHINE.toBuilder().setIp("10.0.0.256").build()))
                        .body())
                .contains("'ip' is '10.0.0.256'");
        assertThat(master.snapshot().policy()).isEqualTo(ClusterPolicy.NONE);
    }
}
