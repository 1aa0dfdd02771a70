package io.gatun.marathon.state;

import io.gatun.mesos.v1.scheduler.Call;
import java.util.List;

/**
 * What follows from a batch of commands, in this order: the changes are stored, then the calls are sent, then the events
 * are told.
 *
 * @param calls without framework id; the connection knows it
 */
public record Outcome(List<Change> changes, List<Call> calls, List<Event> events) {}
