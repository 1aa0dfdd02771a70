package io.gatun.master.state;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.DrainInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One registered agent as of a snapshot.
 *
 * @param info with its id set
 * @param pid UPID-style address of the agent's HTTP server, {@code slave(1)@ip:port}
 * @param version software version the agent reported
 * @param capabilities as the agent reported them
 * @param active whether its resources may be offered: it is connected, and nothing speaks against it
 * @param connected whether its stream is open
 * @param deactivated whether an operator has taken it out of service
 * @param drainInfo of an agent that an operator drains or has drained
 * @param drainStartTime seconds since the epoch; of an agent that has {@code drainInfo}
 * @param registeredTime seconds since the epoch
 * @param reregisteredTime seconds since the epoch of the newest re-registration; empty before the first
 * @param total what the agent has
 * @param used what its tasks hold
 * @param offered what outstanding offers hold
 */
public record AgentView(
        AgentInfo info,
        String pid,
        String version,
        List<AgentInfo.Capability> capabilities,
        boolean active,
        boolean connected,
        boolean deactivated,
        Optional<DrainInfo> drainInfo,
        OptionalDouble drainStartTime,
        double registeredTime,
        OptionalDouble reregisteredTime,
        Resources total,
        Resources used,
        Resources offered) {
    /** Copies the list. */
    public AgentView {
        capabilities = List.copyOf(capabilities);
    }
}
