package io.gatun.master.state;

import io.gatun.mesos.link.AgentEvent;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Pings, and what is made of those that are not answered. An agent that has missed enough of them is given up, unless so
 * many are silent at once that the master is more likely to be the one that is cut off: then they are held back, without
 * offers, until enough of them answer again. Pongs that are missing because this process itself stood still do not count.
 */
final class AgentHealth {
    private final World world;
    private final Offers offers;
    private final Removals removals;
    /** Agents that have missed at least half of the pongs that they may miss. */
    private final Set<String> silent = new LinkedHashSet<>();

    private boolean holdingBack;

    AgentHealth(World world, Offers offers, Removals removals) {
        this.world = world;
        this.offers = offers;
        this.removals = removals;
    }

    /** The agent's stream has just been opened. */
    void connected(Agent agent) {
        answered(agent);
        world.timers.set(Timers.Kind.PING, agent.id, world.nowMs + rules().pingIntervalMs());
    }

    /** A recovered agent registers again, perhaps at the last moment. */
    void cameBack(String agentId) {
        removals.cancel(agentId);
    }

    /** Time for the next ping; a pong that has not come counts against the agent, and so does having no stream. */
    void ping(String agentId) {
        Agent agent = world.agents.get(agentId);
        if (agent == null) {
            return;
        }
        if (agent.pongOutstanding || !agent.connected()) {
            missed(agent);
        }
        if (failed(agent)) {
            fail(agent);
        }
        // A failed one is pinged on while it waits to be removed: its pong cancels that.
        if (world.agents.containsKey(agentId)) {
            agent.pongOutstanding = agent.connected();
            world.out.agent(
                    agent, AgentEvent.newBuilder().setType(AgentEvent.Type.PING).build());
            world.timers.set(Timers.Kind.PING, agentId, world.nowMs + rules().pingIntervalMs());
        }
    }

    /** Any sign of life. */
    void answered(Agent agent) {
        agent.pongOutstanding = false;
        if (agent.missedPongs == 0) {
            return;
        }
        agent.missedPongs = 0;
        silent.remove(agent.id);
        removals.cancel(agent.id);
        release(agent);
        report();
    }

    /** The agent is neither registered nor expected any more. */
    void forget(String agentId) {
        silent.remove(agentId);
        removals.cancel(agentId);
        world.timers.cancel(Timers.Kind.PING, agentId);
        world.timers.cancel(Timers.Kind.REREGISTER, agentId);
    }

    /** A disconnected agent has not come back in time. */
    void expired(String agentId) {
        Agent agent = world.agents.get(agentId);
        if (agent != null && !agent.connected()) {
            agent.missedPongs = Math.max(agent.missedPongs, rules().maxMissedPongs());
            silent.add(agentId);
            fail(agent);
        }
    }

    /**
     * This process stood still, or its clock jumped: what agents sent meanwhile may not have been read yet, and those
     * that lost their streams could not come back.
     */
    void stalled(long ms) {
        world.count(Counter.MASTER_STALLS);
        world.out.log("This master stood still for " + ms + " ms: no agent is held to pongs that it missed meanwhile");
        for (Agent agent : world.agents.values()) {
            answered(agent);
            if (!agent.connected()) {
                world.timers.set(Timers.Kind.REREGISTER, agent.id, world.nowMs + rules().reregisterTimeoutMs());
            }
        }
    }

    int silentAgents() {
        return silent.size();
    }

    int heldBack() {
        return holdingBack
                ? (int) silent.stream()
                        .filter(id -> failed(world.agents.get(id)))
                        .count()
                : 0;
    }

    private void missed(Agent agent) {
        agent.missedPongs++;
        if (agent.missedPongs * 2 >= rules().maxMissedPongs()) {
            silent.add(agent.id);
        }
    }

    private boolean failed(Agent agent) {
        return agent.missedPongs >= rules().maxMissedPongs();
    }

    private void fail(Agent agent) {
        if (tooMany()) {
            hold(agent);
        } else {
            removals.request(agent.id, Removals.Cause.SILENT);
        }
        report();
    }

    private boolean tooMany() {
        return AgentRules.exceeds(silent.size(), world.agents.size(), rules().removalLimit());
    }

    /** It may well be dead, so nothing new is placed there. */
    private void hold(Agent agent) {
        if (!agent.heldBack) {
            agent.heldBack = true;
            offers.availabilityChanged(agent);
        }
    }

    private void release(Agent agent) {
        if (agent.heldBack) {
            agent.heldBack = false;
            offers.availabilityChanged(agent);
        }
    }

    private void report() {
        boolean now = tooMany();
        if (now == holdingBack) {
            return;
        }
        holdingBack = now;
        String numbers = silent.size() + " of " + world.agents.size() + " agents miss pings";
        String limit = "--agent_removal_limit=" + Math.round(rules().removalLimit() * 100) + "%";
        world.out.log(
                now
                        ? numbers + ", more than " + limit
                                + ": none is marked unreachable until fewer do; is this master cut off?"
                        : numbers + ", within " + limit + ": those that go on missing them are marked unreachable");
    }

    private AgentRules rules() {
        return world.config.agents();
    }
}
