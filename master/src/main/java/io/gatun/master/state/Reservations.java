package io.gatun.master.state;

import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.master.Call;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Operators' calls about resources of agents: RESERVE_RESOURCES, UNRESERVE_RESOURCES, CREATE_VOLUMES, DESTROY_VOLUMES,
 * GROW_VOLUME, SHRINK_VOLUME. All offers of the agent are taken back, and what tasks hold is not touched. Frameworks' operations
 * are {@link Operations}.
 */
final class Reservations {
    private final World world;
    private final Offers offers;
    private final AgentResources resources;

    Reservations(World world, Offers offers, AgentResources resources) {
        this.world = world;
        this.offers = offers;
        this.resources = resources;
    }

    Answer reserve(Call.ReserveResources call) {
        Optional<String> invalid =
                ReservationRules.invalidReserve(call.getResourcesList(), call.getSourceList(), world.config.roles());
        if (invalid.isPresent()) {
            return invalid("RESERVE", call.getAgentId(), invalid.get());
        }
        Resources after = Resources.of(call.getResourcesList());
        Resources source = call.getSourceCount() == 0
                ? Resources.of(ReservationRules.popped(after))
                : Resources.of(call.getSourceList());
        return convert(call.getAgentId(), source, after);
    }

    Answer unreserve(Call.UnreserveResources call) {
        Optional<String> invalid = ReservationRules.invalidUnreserve(call.getResourcesList());
        if (invalid.isPresent()) {
            return invalid("UNRESERVE", call.getAgentId(), invalid.get());
        }
        Resources before = Resources.of(call.getResourcesList());
        return convert(call.getAgentId(), before, Resources.of(ReservationRules.popped(before)));
    }

    Answer create(Call.CreateVolumes call) {
        Agent agent = world.agents.get(call.getAgentId().getValue());
        if (agent == null) {
            return unknown();
        }
        List<Resource> volumes = call.getVolumesList();
        Optional<String> invalid = VolumeRules.invalidCreate(volumes, Checkpointed.of(agent.total), Optional.empty())
                .or(() -> agent.without(volumes));
        if (invalid.isPresent()) {
            return invalid("CREATE", call.getAgentId(), invalid.get());
        }
        Resources made = VolumeRules.unallocated(volumes);
        return convert(call.getAgentId(), Checkpointed.disks(made), made);
    }

    Answer destroy(Call.DestroyVolumes call) {
        Agent agent = world.agents.get(call.getAgentId().getValue());
        if (agent == null) {
            return unknown();
        }
        List<Resource> volumes = call.getVolumesList();
        Optional<String> invalid = VolumeRules.invalidDestroy(volumes, Checkpointed.of(agent.total), agent.used);
        if (invalid.isPresent()) {
            return invalid("DESTROY", call.getAgentId(), invalid.get());
        }
        Resources destroyed = VolumeRules.unallocated(volumes);
        return convert(call.getAgentId(), destroyed, Checkpointed.disks(destroyed));
    }

    Answer grow(Call.GrowVolume call) {
        Resource volume = call.getVolume();
        Resource addition = call.getAddition();
        return resize(
                "GROW_VOLUME",
                call.getAgentId(),
                ResizeRules.invalidGrow(volume, addition),
                total -> ResizeRules.grow(volume, addition, total));
    }

    Answer shrink(Call.ShrinkVolume call) {
        Resource volume = call.getVolume();
        return resize(
                "SHRINK_VOLUME",
                call.getAgentId(),
                ResizeRules.invalidShrink(volume, call.getSubtract()),
                total -> ResizeRules.shrink(volume, call.getSubtract(), total));
    }

    private Answer resize(
            String operation, AgentID agentId, Optional<String> invalid, Function<Resources, Conversion> conversion) {
        Agent agent = world.agents.get(agentId.getValue());
        if (agent == null) {
            return unknown();
        }
        Optional<String> why = invalid.or(agent::withoutResizing);
        if (why.isPresent()) {
            return invalid(operation, agentId, why.get());
        }
        Conversion made = conversion.apply(agent.total);
        return convert(agentId, made.before(), made.after());
    }

    private Answer convert(AgentID agentId, Resources before, Resources after) {
        Agent agent = world.agents.get(agentId.getValue());
        if (agent == null) {
            return unknown();
        }
        Resources free = agent.total.minus(agent.used);
        if (!free.contains(before)) {
            return Answer.conflict(
                    "Agent " + agent.id + " has not got " + before + " that no task uses; it has " + free);
        }
        // An offer that is accepted after this would launch tasks on what is no more.
        offers.rescindAll(agent);
        resources.convert(agent, before, after);
        world.allocator.updateAgent(agent.id, agent.total, agent.info.getAttributesList());
        return Answer.ACCEPTED;
    }

    private static Answer unknown() {
        return Answer.badRequest("No agent found with specified ID");
    }

    private static Answer invalid(String operation, AgentID agentId, String why) {
        return Answer.badRequest("Invalid " + operation + " operation on agent " + agentId.getValue() + ": " + why);
    }
}
