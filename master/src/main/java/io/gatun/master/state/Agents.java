package io.gatun.master.state;

import io.gatun.master.registry.AgentRecord;
import io.gatun.master.registry.DrainRecord;
import io.gatun.master.registry.StoredAgent;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.DrainState;
import java.util.Optional;
import java.util.OptionalDouble;

/** Agents come: for the first time, again, or after they were given up. How they go is {@link AgentLosses}' part. */
final class Agents {
    /** What operators have to say about agents. */
    record Rules(AgentLife life, Maintenance maintenance, AgentResources resources) {}

    private final World world;
    private final AgentTasks tasks;
    private final AgentLosses losses;
    private final AgentHealth health;
    private final AgentLife life;
    private final Maintenance maintenance;
    private final AgentResources resources;
    private final Offers offers;

    Agents(World world, AgentTasks tasks, AgentLosses losses, AgentHealth health, Rules rules, Offers offers) {
        this.world = world;
        this.tasks = tasks;
        this.losses = losses;
        this.health = health;
        this.life = rules.life();
        this.maintenance = rules.maintenance();
        this.resources = rules.resources();
        this.offers = offers;
    }

    void subscribe(Command.AgentSubscribe command) {
        String stream = command.streamId();
        Optional<String> invalid = AgentValidation.invalid(command.call());
        if (invalid.isPresent()) {
            refuse(stream, invalid.get());
            return;
        }
        AgentCall.Subscribe subscribe = command.call().getSubscribe();
        String host = subscribe.getAgentInfo().getHostname();
        if (maintenance.isDown(host, subscribe.getPid())) {
            // One with an id may have tasks, which must end; a new one just has to wait.
            if (subscribe.getAgentInfo().hasId()) {
                world.out.agentStream(stream, losses.shutdown("Machine is DOWN for maintenance"));
                world.out.closeAgent(stream);
            } else {
                refuse(stream, "Machine '" + host + "' is DOWN for maintenance");
            }
            return;
        }
        if (!subscribe.getAgentInfo().hasId()) {
            world.count(Counter.MESSAGES_REGISTER_AGENT);
            register(subscribe, stream);
            return;
        }
        world.count(Counter.MESSAGES_REREGISTER_AGENT);
        String id = subscribe.getAgentInfo().getId().getValue();
        Agent known = world.agents.get(id);
        boolean gone = world.goneAgents.containsKey(id);
        if (gone || world.removedAgents.containsKey(id)) {
            world.out.agentStream(
                    stream, losses.shutdown("Agent " + id + " has been " + (gone ? "marked gone" : "removed")));
            world.out.closeAgent(stream);
        } else if (known != null) {
            reregister(known, subscribe, stream);
        } else {
            comeBack(id, subscribe, stream);
        }
    }

    private void refuse(String stream, String message) {
        world.out.agentStream(
                stream,
                AgentEvent.newBuilder()
                        .setType(AgentEvent.Type.ERROR)
                        .setError(AgentEvent.Error.newBuilder().setMessage(message))
                        .build());
        world.out.closeAgent(stream);
    }

    /** The first registration of an agent, or one whose answer was lost. */
    private void register(AgentCall.Subscribe subscribe, String stream) {
        Optional<Agent> same = world.agents.values().stream()
                .filter(agent -> agent.pid.equals(subscribe.getPid()))
                .findFirst();
        if (same.isPresent() && same.get().connected() && same.get().tasks.isEmpty()) {
            AgentInfo named = subscribe.getAgentInfo().toBuilder()
                    .setId(same.get().info.getId())
                    .build();
            reregister(same.get(), subscribe.toBuilder().setAgentInfo(named).build(), stream);
            return;
        }
        same.ifPresent(old ->
                losses.remove(old, Counter.AGENT_REMOVALS_REGISTERED, "a new agent registered at the same address"));
        AgentID id = world.ids.nextAgent();
        Agent agent = new Agent(id.getValue(), world.nowSeconds());
        world.count(Counter.AGENT_REGISTRATIONS);
        resources.brought(agent.id, subscribe.getCheckpointedResources().getResourcesList());
        describe(agent, subscribe.getAgentInfo().toBuilder().setId(id).build(), subscribe);
        persistUnless(null, agent);
        attach(agent, stream);
        announce(agent);
        world.out.news(agent.title() + " registered, with " + agent.total);
    }

    private void announce(Agent agent) {
        world.out.operator(OperatorEvents.agentAdded(world.view(agent)));
    }

    /** Known and possibly even connected: the new stream replaces the old one. */
    private void reregister(Agent agent, AgentCall.Subscribe subscribe, String stream) {
        agent.streamId.ifPresent(old -> {
            world.agentsByStream.remove(old);
            world.out.closeAgent(old);
        });
        offers.rescindAll(agent);
        agent.reregisteredTime = OptionalDouble.of(world.nowSeconds());
        world.count(Counter.AGENT_REREGISTRATIONS);
        AgentInfo info = subscribe.getAgentInfo();
        AgentRecord before = Records.agent(agent);
        describe(agent, info, subscribe);
        persistUnless(before, agent);
        world.allocator.updateAgent(agent.id, agent.total, info.getAttributesList());
        connect(agent, stream);
        tasks.reconcile(agent, subscribe);
        life.returned(agent);
    }

    /** Not registered, but with an id: after a failover of the master, or after it was given up. */
    private void comeBack(String id, AgentCall.Subscribe subscribe, String stream) {
        AgentInfo info = subscribe.getAgentInfo();
        StoredAgent stored = world.recoveredAgents.remove(id);
        AgentRecord recovered = stored == null ? null : stored.record();
        health.cameBack(id);
        boolean unreachable = world.unreachableAgents.remove(id) != null;
        Agent agent = new Agent(
                id,
                recovered != null && recovered.hasRegisteredEpochMs()
                        ? recovered.getRegisteredEpochMs() / 1000.0
                        : world.nowSeconds());
        agent.reregisteredTime = OptionalDouble.of(world.nowSeconds());
        world.count(Counter.AGENT_REREGISTRATIONS);
        if (recovered == null && !unreachable) {
            resources.brought(id, subscribe.getCheckpointedResources().getResourcesList());
        }
        describe(agent, info, subscribe);
        persistUnless(recovered, agent);
        attach(agent, stream);
        announce(agent);
        if (unreachable) {
            world.out.news(agent.title() + " is back: it is unreachable no more");
        }
        if (recovered != null) {
            tasks.adopt(agent, subscribe, Optional.empty());
        } else {
            // "re-reregistered" is how Mesos spells it, and clients match on texts.
            tasks.adopt(
                    agent,
                    subscribe,
                    Optional.of(unreachable ? "Unreachable agent re-reregistered" : "Unknown agent reregistered"));
        }
        life.returned(agent);
    }

    /** Writes what is known of the agent, if that is not what has been written {@code before}. */
    private void persistUnless(AgentRecord before, Agent agent) {
        AgentRecord now = Records.agent(agent);
        if (!now.equals(before)) {
            world.out.persist(Records.agentAdmitted(now));
        }
    }

    private void attach(Agent agent, String stream) {
        agent.deactivated = world.deactivated.containsKey(agent.id);
        world.agents.put(agent.id, agent);
        world.allocator.addAgent(agent.id, agent.total, agent.info.getAttributesList());
        connect(agent, stream);
    }

    private void describe(Agent agent, AgentInfo info, AgentCall.Subscribe subscribe) {
        agent.info = info;
        agent.pid = subscribe.getPid();
        agent.version = subscribe.getVersion();
        agent.capabilities = subscribe.getCapabilitiesList();
        agent.checkpoints = subscribe.hasCheckpointedResources();
        agent.diskSources = subscribe.getDiskSources();
        agent.total = resources.total(agent.id, Resources.of(info.getResourcesList()));
        agent.touch();
    }

    private void connect(Agent agent, String stream) {
        agent.streamId = Optional.of(stream);
        world.agentsByStream.put(stream, agent);
        world.timers.cancel(Timers.Kind.REREGISTER, agent.id);
        health.connected(agent);
        offers.availabilityChanged(agent);
        AgentEvent.Subscribed.Builder subscribed = AgentEvent.Subscribed.newBuilder()
                .setAgentId(agent.info.getId())
                .setPingTimeoutSeconds(world.config.agents().silenceMs() / 1000.0)
                .setMasterInfo(world.config.master());
        if (agent.checkpoints) {
            subscribed.setCheckpointedResources(resources.message(agent.id));
            DrainRecord drain = world.draining.get(agent.id);
            if (drain != null && drain.getInfo().getState() == DrainState.DRAINING) {
                subscribed.setDrainedSince(AgentLife.since(drain));
            }
        }
        world.out.agentStream(
                stream,
                AgentEvent.newBuilder()
                        .setType(AgentEvent.Type.SUBSCRIBED)
                        .setSubscribed(subscribed)
                        .build());
    }
}
