package io.gatun.master.state;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Agents that are to be marked unreachable, in the order in which that was decided, as fast as
 * {@code --agent_removal_rate_limit} allows. A sign of life takes one off the list.
 */
final class Removals {
    /** Why an agent is given up. */
    enum Cause {
        /** It does not answer pings, or has no stream. */
        SILENT,
        /** It has not come back since this master was elected. */
        NOT_BACK
    }

    private final World world;
    private final Map<String, Cause> queue = new LinkedHashMap<>();
    private BiConsumer<String, Cause> action = (id, cause) -> {};
    private long nextMs;

    Removals(World world) {
        this.world = world;
    }

    /** @param marksUnreachable told an agent's id and why it goes; it is registered, or recovered, still */
    void perform(BiConsumer<String, Cause> marksUnreachable) {
        action = marksUnreachable;
    }

    /** Asked again for the same agent, it does nothing. */
    void request(String agentId, Cause cause) {
        if (queue.putIfAbsent(agentId, cause) == null) {
            world.count(Counter.AGENT_UNREACHABLE_SCHEDULED);
            grant();
        }
    }

    void cancel(String agentId) {
        if (queue.remove(agentId) != null) {
            world.count(Counter.AGENT_UNREACHABLE_CANCELED);
        }
    }

    /** Gives up as many as may be now. */
    void grant() {
        while (!queue.isEmpty()) {
            if (world.config.agents().removalRate().isPresent() && world.nowMs < nextMs) {
                world.timers.set(Timers.Kind.REMOVAL, "", nextMs);
                return;
            }
            Iterator<Map.Entry<String, Cause>> entries = queue.entrySet().iterator();
            Map.Entry<String, Cause> first = entries.next();
            String agentId = first.getKey();
            Cause cause = first.getValue();
            entries.remove();
            world.config.agents().removalRate().ifPresent(rate -> nextMs = world.nowMs + rate.spacingMs());
            action.accept(agentId, cause);
        }
    }

    int size() {
        return queue.size();
    }
}
