package io.gatun.master.state;

import java.util.List;

/**
 * Agents that the registry knows and that have not come back since this master was elected. Where a Mesos master exits when
 * more than {@code --recovery_agent_removal_limit} of them would have to be given up, this one goes on without giving up
 * any, says so, and looks again after the same time: its end would not bring them back, and the cluster has no master
 * meanwhile.
 */
final class AgentRecovery {
    private final World world;
    private final Removals removals;
    private int expected;
    private int refused;

    AgentRecovery(World world, Removals removals) {
        this.world = world;
        this.removals = removals;
    }

    /** The registry has been read. */
    void begin() {
        expected = world.recoveredAgents.size();
        schedule();
    }

    /** This process stood still: none of them could come back meanwhile. */
    void stalled() {
        schedule();
    }

    /** The time in which they should have come back is over. */
    void due() {
        int missing = world.recoveredAgents.size();
        double limit = world.config.agents().recoveryRemovalLimit();
        if (AgentRules.exceeds(missing, expected, limit)) {
            refused = missing;
            world.count(Counter.RECOVERY_AGENT_REMOVALS_REFUSED);
            world.out.log(missing + " of " + expected + " recovered agents have not come back within "
                    + world.config.agents().reregisterTimeoutMs() + " ms, more than --recovery_agent_removal_limit="
                    + Math.round(limit * 100) + "%: NONE is marked unreachable; looking again after the same time");
            schedule();
            return;
        }
        refused = 0;
        List.copyOf(world.recoveredAgents.keySet()).forEach(id -> removals.request(id, Removals.Cause.NOT_BACK));
    }

    /** How many are not given up although their time is over, because they are too many. */
    int refused() {
        return Math.min(refused, world.recoveredAgents.size());
    }

    private void schedule() {
        if (!world.recoveredAgents.isEmpty()) {
            world.timers.set(
                    Timers.Kind.RECOVERY,
                    "",
                    world.nowMs + world.config.agents().reregisterTimeoutMs());
        }
    }
}
