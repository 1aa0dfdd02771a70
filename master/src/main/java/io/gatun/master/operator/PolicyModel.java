package io.gatun.master.operator;

import io.gatun.master.registry.Kind;
import io.gatun.master.state.ClusterPolicy;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.WeightInfo;
import io.gatun.mesos.v1.maintenance.ClusterStatus;
import io.gatun.mesos.v1.quota.QuotaInfo;
import io.gatun.mesos.v1.quota.QuotaStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What operators have laid down, as Mesos' messages. Pure. */
public final class PolicyModel {
    private PolicyModel() {}

    /** By role; only those that differ from the default are known, and only those Mesos tells, too. */
    public static List<WeightInfo> weights(ClusterPolicy policy) {
        List<WeightInfo> infos = new ArrayList<>();
        new TreeMap<>(policy.weights())
                .forEach((role, weight) -> infos.add(
                        WeightInfo.newBuilder().setRole(role).setWeight(weight).build()));
        return infos;
    }

    /** In the new form, and in the old one, which has guarantees only. */
    @SuppressWarnings("deprecation") // Old tools read the old form.
    public static QuotaStatus quotas(ClusterPolicy policy) {
        QuotaStatus.Builder status = QuotaStatus.newBuilder();
        new TreeMap<>(policy.quotas()).forEach((role, config) -> {
            QuotaInfo.Builder info = QuotaInfo.newBuilder().setRole(role);
            new TreeMap<>(config.getGuaranteesMap())
                    .forEach((name, scalar) -> info.addGuarantee(Resource.newBuilder()
                            .setName(name)
                            .setType(Value.Type.SCALAR)
                            .setScalar(scalar)));
            status.addInfos(info).addConfigs(config);
        });
        return status.build();
    }

    /** Machines, with what frameworks have answered to inverse offers. */
    public static ClusterStatus maintenance(ClusterPolicy policy) {
        ClusterStatus.Builder status = ClusterStatus.newBuilder();
        for (MachineInfo machine : policy.machines()) {
            if (machine.getMode() == MachineInfo.Mode.DOWN) {
                status.addDownMachines(machine.getId());
            } else {
                status.addDrainingMachinesBuilder()
                        .setId(machine.getId())
                        .addAllStatuses(
                                policy.inverseOffers().getOrDefault(Kind.machineKey(machine.getId()), List.of()));
            }
        }
        return status.build();
    }
}
