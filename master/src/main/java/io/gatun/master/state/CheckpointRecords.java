package io.gatun.master.state;

import io.gatun.master.registry.Changes;
import io.gatun.master.registry.Kind;
import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.registry.RegistryView;
import io.gatun.master.registry.ResourcesRecord;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Agents' checkpointed resources in the registry: reservations, with those that volumes were made from, and volumes on their
 * own. A master of the release before, which takes volumes for reservations without resources and drops them, so sees
 * reservations alone, and keeps the volumes without understanding them.
 */
final class CheckpointRecords {
    private CheckpointRecords() {}

    static RegistryRecord write(String agentId, Resources checkpointed) {
        Resources volumes = Checkpointed.volumes(checkpointed);
        Resources reserved =
                checkpointed.minus(volumes).plus(Checkpointed.disks(volumes)).filter(Checkpointed::isDynamic);
        Changes changes = Changes.none();
        put(changes, Kind.AGENT_RESOURCES, agentId, reserved);
        put(changes, Kind.AGENT_VOLUMES, agentId, volumes);
        return changes.record();
    }

    private static void put(Changes changes, Kind kind, String agentId, Resources resources) {
        if (resources.isEmpty()) {
            changes.remove(kind, agentId);
        } else {
            changes.put(
                    kind,
                    agentId,
                    ResourcesRecord.newBuilder()
                            .addAllResources(resources.toProtos())
                            .build());
        }
    }

    /** By agent id. */
    static Map<String, Resources> read(RegistryView registry) {
        Map<String, Resources> all = new LinkedHashMap<>();
        registry.agentResources().forEach((id, record) -> all.put(id, Resources.of(record.getResourcesList())));
        registry.agentVolumes().forEach((id, record) -> {
            Resources volumes = Resources.of(record.getResourcesList());
            all.merge(
                    id,
                    volumes,
                    (reserved, made) -> reserved.minus(Checkpointed.disks(made)).plus(made));
        });
        return all;
    }
}
