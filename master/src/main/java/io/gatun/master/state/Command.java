package io.gatun.master.state;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the state machine is told. A {@code requestId} names a waiting HTTP request, which an {@link Effect.Reply}
 * answers; a {@code streamId} is the {@code Mesos-Stream-Id} of an open response stream.
 */
public sealed interface Command {
    /** A SUBSCRIBE call whose response stream is open; {@code call} has passed {@link CallValidation}. */
    record SchedulerSubscribe(String streamId, Optional<String> principal, Call call) implements Command {}

    /** Any other call to the scheduler API; {@code call} has passed {@link CallValidation}. */
    record SchedulerCall(long requestId, Optional<String> streamId, Optional<String> principal, Call call)
            implements Command {}

    /** A scheduler's response stream has ended. */
    record SchedulerDisconnected(String streamId) implements Command {}

    /** An agent's SUBSCRIBE call whose response stream is open. */
    record AgentSubscribe(String streamId, AgentCall call) implements Command {}

    /** Any other call of an agent. */
    record AgentMessage(long requestId, Optional<String> streamId, AgentCall call) implements Command {}

    /** An agent's response stream has ended. */
    record AgentDisconnected(String streamId) implements Command {}

    /** An operator ends a framework; answered 200, or 400 when it is unknown. */
    record TeardownFramework(long requestId, FrameworkID frameworkId) implements Command {}

    /**
     * A call of the operator API that changes something, complete as its type demands; answered as Mesos does. The reply's
     * text is empty when it was done.
     */
    record Operator(long requestId, Optional<String> principal, io.gatun.mesos.v1.master.Call call)
            implements Command {}

    /** Proposes addresses for virtual IPs, by name; answered 200, or 400 when one is none. The first of two stays. */
    record SettleVips(long requestId, Map<String, String> proposals) implements Command {
        /** Copies the map. */
        public SettleVips {
            proposals = Collections.unmodifiableMap(new LinkedHashMap<>(proposals));
        }
    }

    /** Frees the address of a virtual IP's name; answered 200, or 404 when it has none. */
    record RemoveVip(long requestId, String name) implements Command {}

    /** A deadline has passed; see {@link MasterState#nextDeadlineMs}. */
    record Tick() implements Command {}

    /** Offers what is free now; sent when {@link MasterState#allocationPending}. */
    record Allocate() implements Command {}
}
