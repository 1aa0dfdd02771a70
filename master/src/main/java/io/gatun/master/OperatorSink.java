package io.gatun.master;

import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.v1.master.Event;
import java.util.List;

/** Takes what the operator API's subscribers are told. */
public interface OperatorSink {
    /**
     * Called on the master's state thread, in order, and not for a batch without events: must return at once.
     *
     * @param after the state that {@code events} lead to, already published
     * @param events in order; none is SUBSCRIBED or HEARTBEAT
     */
    void publish(MasterSnapshot after, List<Event> events);

    /** Ends all streams: this master leads no longer. */
    void closeAll();
}
