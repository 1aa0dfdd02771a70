package io.gatun.master.election;

import io.gatun.mesos.v1.MasterInfo;
import java.util.Objects;
import java.util.Optional;

/** A master without peers leads from the start: for tests, and for a master started without {@code --zk}. */
public final class StandaloneLeadership implements Leadership {
    private final MasterInfo self;
    private volatile boolean leading;

    /** Leads as {@code self} once contending. */
    public StandaloneLeadership(MasterInfo self) {
        this.self = Objects.requireNonNull(self, "self");
    }

    /** Elected before this returns, on the calling thread. */
    @Override
    public void contend(Listener listener) {
        leading = true;
        listener.elected();
    }

    @Override
    public Optional<MasterInfo> leader() {
        return leading ? Optional.of(self) : Optional.empty();
    }

    @Override
    public boolean leading() {
        return leading;
    }

    @Override
    public void close() {
        leading = false;
    }
}
