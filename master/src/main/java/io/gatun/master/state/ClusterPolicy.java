package io.gatun.master.state;

import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.allocator.InverseOfferStatus;
import io.gatun.mesos.v1.maintenance.Schedule;
import io.gatun.mesos.v1.quota.QuotaConfig;
import java.util.List;
import java.util.Map;

/**
 * What operators have laid down. Immutable.
 *
 * @param weights by role; a role that is absent weighs 1
 * @param quotas by role
 * @param schedule of maintenance
 * @param machines in maintenance or scheduled for it: DOWN or DRAINING
 * @param inverseOffers what frameworks have answered last, by the machine's key in the registry
 * @param vips settled addresses of virtual IPs, by name
 */
public record ClusterPolicy(
        Map<String, Double> weights,
        Map<String, QuotaConfig> quotas,
        Schedule schedule,
        List<MachineInfo> machines,
        Map<String, List<InverseOfferStatus>> inverseOffers,
        Map<String, String> vips) {
    /** Nothing. */
    public static final ClusterPolicy NONE =
            new ClusterPolicy(Map.of(), Map.of(), Schedule.getDefaultInstance(), List.of(), Map.of(), Map.of());

    /** Copies the collections. */
    public ClusterPolicy {
        weights = Map.copyOf(weights);
        quotas = Map.copyOf(quotas);
        machines = List.copyOf(machines);
        inverseOffers = Map.copyOf(inverseOffers);
        vips = Map.copyOf(vips);
    }
}
