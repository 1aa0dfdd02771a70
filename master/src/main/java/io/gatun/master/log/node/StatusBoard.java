package io.gatun.master.log.node;

import io.gatun.master.log.Replica;
import java.util.function.LongFunction;

/**
 * The newest status. The election decides by it: whoever has just become leader, or has been promised an epoch, must be
 * seen at once, or another would try as if there were none. Written by the replica's thread, read by any.
 */
final class StatusBoard {
    /** A status is an object of its own each time, so not with every tick. */
    private static final long PERIOD_NS = 50_000_000;

    private static final long NS_PER_MS = 1_000_000;
    private static final long NEVER = -1;

    private volatile LogStatus newest;

    private long publishedAt;
    private long epoch = NEVER;
    private int leader;
    private boolean trying;
    private boolean silent;
    private long spokenEpoch = NEVER;
    private long spokeAt;

    LogStatus newest() {
        return newest;
    }

    /** Who leads an epoch, or wants to, has spoken. */
    void ownerSpoke(long ofEpoch, long now) {
        spokenEpoch = ofEpoch;
        spokeAt = now;
    }

    boolean isDue(long now) {
        return now - publishedAt >= PERIOD_NS;
    }

    /** Whether others must know at once how the replica is. */
    boolean hasNews(Replica replica) {
        return replica.promised() != epoch
                || replica.leader() != leader
                || replica.isTrying() != trying
                || replica.isSilent() != silent;
    }

    /** @param status makes one, with the milliseconds since the owner of the promised epoch has spoken */
    void publish(Replica replica, long now, LongFunction<LogStatus> status) {
        publishedAt = now;
        epoch = replica.promised();
        leader = replica.leader();
        trying = replica.isTrying();
        silent = replica.isSilent();
        boolean spoke = spokenEpoch == epoch && epoch > 0;
        newest = status.apply(spoke ? (now - spokeAt) / NS_PER_MS : NEVER);
    }
}
