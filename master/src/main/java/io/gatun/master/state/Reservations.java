package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.master.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * RESERVE_RESOURCES and UNRESERVE_RESOURCES: what operators have reserved of agents' resources. The master keeps it, by
 * agent; the agents know nothing of it, since to them a resource is the same whoever it is reserved for. Persistent volumes
 * are another matter: the agents of this version do not keep any, so none is made.
 */
final class Reservations {
    private static final int NOT_IMPLEMENTED = 501;
    private static final String NO_VOLUMES = "the agents of this version keep no persistent volumes";

    private final World world;
    private final Offers offers;

    Reservations(World world, Offers offers) {
        this.world = world;
        this.offers = offers;
    }

    static Answer noVolumes(Call.Type type) {
        return new Answer(NOT_IMPLEMENTED, "Call " + type + " is not implemented: " + NO_VOLUMES);
    }

    Answer reserve(Call.ReserveResources call) {
        List<Resource> resources = call.getResourcesList();
        Optional<String> invalid =
                ReservationRules.invalidReserve(resources, call.getSourceList(), world.config.roles());
        if (invalid.isPresent()) {
            return Answer.badRequest(
                    "Invalid RESERVE operation on agent " + call.getAgentId().getValue() + ": " + invalid.get());
        }
        Resources after = Resources.of(resources);
        Resources source = call.getSourceCount() == 0
                ? Resources.of(ReservationRules.popped(after))
                : Resources.of(call.getSourceList());
        return convert(call.getAgentId().getValue(), source, after);
    }

    Answer unreserve(Call.UnreserveResources call) {
        Optional<String> invalid = ReservationRules.invalidUnreserve(call.getResourcesList());
        if (invalid.isPresent()) {
            return Answer.badRequest(
                    "Invalid UNRESERVE operation on agent " + call.getAgentId().getValue() + ": " + invalid.get());
        }
        Resources before = Resources.of(call.getResourcesList());
        return convert(call.getAgentId().getValue(), before, Resources.of(ReservationRules.popped(before)));
    }

    private Answer convert(String agentId, Resources before, Resources after) {
        Agent agent = world.agents.get(agentId);
        if (agent == null) {
            return Answer.badRequest("No agent found with specified ID");
        }
        Resources free = agent.total.minus(agent.used);
        if (!free.contains(before)) {
            return Answer.conflict(
                    "Agent " + agentId + " has not got " + before + " that no task uses; it has " + free);
        }
        // An offer that is accepted after this would launch tasks on what is no more.
        offers.rescindAll(agent);
        agent.total = agent.total.minus(before).plus(after);
        remember(agentId, agent.total.filter(ReservationRules::dynamic));
        agent.touch();
        world.allocator.updateAgent(agent.id, agent.total, agent.info.getAttributesList());
        return Answer.ACCEPTED;
    }

    /** What an agent has that registers with {@code own} resources: reservations that it has no resources for are void. */
    Resources total(String agentId, Resources own) {
        Resources reserved = world.reserved.getOrDefault(agentId, Resources.NONE);
        Resources total = own;
        List<Resource> kept = new ArrayList<>();
        for (Resource resource : reserved.toProtos()) {
            Resources one = Resources.of(List.of(resource));
            Resources source = Resources.of(List.of(ReservationRules.withoutDynamic(resource)));
            if (total.contains(source)) {
                total = total.minus(source).plus(one);
                kept.add(resource);
            } else {
                world.out.log("Agent " + agentId + " has registered without resources for " + one
                        + ", which was reserved: the reservation is void");
            }
        }
        if (kept.size() < reserved.toProtos().size()) {
            remember(agentId, Resources.of(kept));
        }
        return total;
    }

    private void remember(String agentId, Resources reserved) {
        if (reserved.isEmpty()) {
            world.reserved.remove(agentId);
        } else {
            world.reserved.put(agentId, reserved);
        }
        world.out.persist(Records.agentResources(agentId, reserved));
    }
}
