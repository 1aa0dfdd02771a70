package io.gatun.master.state;

import io.gatun.master.registry.RegistryRecord;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.scheduler.Event;

/** What is to be done because of a command, in the order in which it was decided. */
public sealed interface Effect {
    /** To be on disk before any other effect of the same batch is carried out. */
    record Persist(RegistryRecord record) implements Effect {}

    /** Answers a waiting request; {@code body} is text, empty for none. */
    record Reply(long requestId, int status, String body) implements Effect {}

    /** Sends to a scheduler's stream. */
    record SendScheduler(String streamId, Event event) implements Effect {}

    /** Ends a scheduler's stream after what was sent before. */
    record CloseScheduler(String streamId) implements Effect {}

    /** Sends to an agent's stream. */
    record SendAgent(String streamId, AgentEvent event) implements Effect {}

    /** Ends an agent's stream after what was sent before. */
    record CloseAgent(String streamId) implements Effect {}

    /** Tells the operator API's subscribers. */
    record OperatorEvent(io.gatun.mesos.v1.master.Event event) implements Effect {}

    /** A warning for the log. */
    record Log(String text) implements Effect {}

    /** What became of an agent or a framework, for the log. */
    record News(String text) implements Effect {}
}
