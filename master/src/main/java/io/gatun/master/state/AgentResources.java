package io.gatun.master.state;

import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.link.CheckpointedResources;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.util.List;

/**
 * What operations have made of agents' resources. The registry's word counts for every agent that is in it; one that is not,
 * because its id was given up or is new, brings what it has on disk. Agents are told of each change, and of all of it
 * whenever they register.
 */
final class AgentResources {
    private final World world;

    AgentResources(World world) {
        this.world = world;
    }

    /** What an agent that the registry does not know has on disk; is what it has from now on. */
    void brought(String agentId, List<Resource> reported) {
        Resources checkpointed = Checkpointed.of(Resources.of(reported));
        if (!checkpointed.isEmpty()) {
            remember(agentId, checkpointed);
        }
    }

    /** What an agent has that registers with {@code own} resources: what there are none for any more is void. */
    Resources total(String agentId, Resources own) {
        Resources checkpointed = world.reserved.getOrDefault(agentId, Resources.NONE);
        Checkpointed.Applied applied = Checkpointed.apply(own, checkpointed);
        if (!applied.unfounded().isEmpty()) {
            for (Resource lost : applied.unfounded().toProtos()) {
                world.out.log("Agent " + agentId + " has registered without resources for "
                        + Resources.of(List.of(lost)) + ", which was "
                        + (Checkpointed.isVolume(lost)
                                ? "a volume: the volume is void"
                                : "reserved: the reservation is void"));
            }
            remember(agentId, applied.kept());
        }
        return applied.total();
    }

    /** Makes {@code after} of {@code before}, which the agent has; the allocator is told by the caller. */
    void convert(Agent agent, Resources before, Resources after) {
        assert agent.total.contains(before) : agent.id + " has " + agent.total + ", not " + before;
        agent.total = agent.total.minus(before).plus(after);
        remember(agent.id, Checkpointed.of(agent.total));
        agent.touch();
        if (agent.checkpoints) {
            world.out.agent(
                    agent,
                    AgentEvent.newBuilder()
                            .setType(AgentEvent.Type.CHECKPOINT_RESOURCES)
                            .setCheckpointResources(message(agent.id))
                            .build());
        }
    }

    /** All of an agent's, as it is told. */
    CheckpointedResources message(String agentId) {
        return CheckpointedResources.newBuilder()
                .addAllResources(
                        world.reserved.getOrDefault(agentId, Resources.NONE).toProtos())
                .build();
    }

    private void remember(String agentId, Resources checkpointed) {
        if (checkpointed.isEmpty()) {
            world.reserved.remove(agentId);
        } else {
            world.reserved.put(agentId, checkpointed);
        }
        world.out.persist(CheckpointRecords.write(agentId, checkpointed));
    }
}
