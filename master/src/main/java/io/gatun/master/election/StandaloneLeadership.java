package io.gatun.master.election;

import io.gatun.mesos.v1.MasterInfo;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A master that was started without {@code --zk} tries to lead whenever it does not. */
public final class StandaloneLeadership implements Leadership {
    private static final long RETRY_MS = 100;

    private final MasterInfo self;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gatun-election").daemon().factory());
    private volatile boolean leading;

    /** Leads as {@code self} once its log does. */
    public StandaloneLeadership(MasterInfo self) {
        this.self = Objects.requireNonNull(self, "self");
    }

    @Override
    public void contend(Candidate candidate) {
        // Reports no failure of its own: a candidate's methods do not throw.
        ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(
                () -> {
                    Candidate.Standing standing = candidate.standing();
                    if (standing.able() && !standing.leading()) {
                        candidate.campaign();
                    }
                },
                0,
                RETRY_MS,
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void leads(boolean leads) {
        leading = leads;
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
        thread.shutdownNow();
    }
}
