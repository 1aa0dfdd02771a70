package io.gatun.agent;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.MasterInfo;

/** What the link to the master tells and asks; all on the loop. */
interface LinkHandler {
    /** The call that registers this agent, with all it knows now. */
    AgentCall subscription();

    /** The master has registered this agent. Comes before any {@link #event}. */
    void subscribed(AgentEvent.Subscribed subscribed);

    /** Anything but SUBSCRIBED, PING and ERROR, which the link deals with itself. */
    void event(AgentEvent event);

    /** The link is down; another {@link #subscribed} follows when a master is there again. */
    void unlinked();

    /** That master is named as the leader. */
    void detected(MasterInfo leader);
}
