package io.gatun.master.state;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.OfferID;
import java.util.Locale;
import java.util.Objects;

/**
 * Hands out ids in Mesos' form: the master's uuid and a number. One object serves all terms of a process, so that a
 * later term never repeats an id of an earlier one; a new process has a new uuid. Not thread-safe.
 */
public final class Ids {
    private final String masterId;
    private long frameworks;
    private long agents;
    private long offers;

    /** Ids that begin with {@code masterId}. */
    public Ids(String masterId) {
        this.masterId = Objects.requireNonNull(masterId, "masterId");
    }

    FrameworkID nextFramework() {
        return FrameworkID.newBuilder()
                .setValue(String.format(Locale.ROOT, "%s-%04d", masterId, frameworks++))
                .build();
    }

    AgentID nextAgent() {
        return AgentID.newBuilder().setValue(masterId + "-S" + agents++).build();
    }

    OfferID nextOffer() {
        return OfferID.newBuilder().setValue(masterId + "-O" + offers++).build();
    }
}
