package io.gatun.master.election;

import io.gatun.master.election.Candidate.Standing;
import java.util.List;

/**
 * Decides what a contender does next, from what it sees in ZooKeeper and what its log says. Nothing here has to be right
 * for the log to be safe; it is to be quick, and to come to rest with the leader's znode first.
 *
 * <ul>
 *   <li>Who is first tries. While the log's leader is heard of it waits before: when its session has expired, or ZooKeeper
 *       was away, the leader's new znode may come late. While it cannot see ZooKeeper it waits for as long as a leader is
 *       heard of: what it saw last may be why that one was made leader.
 *   <li>Who is second tries when the first is the leader and has fallen silent: ZooKeeper would only notice when a session
 *       has expired.
 *   <li>Who leads and should not any more, because its disk is full, lets go, too.
 *   <li>Who tries in vain lets go of its znode for a while, so that the next one gets its turn; who cannot lead has none.
 *   <li>Who leads removes the znodes before its own. Their owners make new ones behind it.
 * </ul>
 *
 * Times are milliseconds of one clock. Not thread-safe.
 */
final class Turn {
    private static final long PAUSE_MIN_MS = 200;
    private static final long PAUSE_MAX_MS = 2_000;
    private static final long NEVER = -1;
    /** How much longer a leader that is heard of may be missing in ZooKeeper than it may be silent. */
    private static final long GRACE = 5;

    /** What is to be done. */
    enum Action {
        NONE,
        /** Make a znode. */
        STAND,
        /** Remove the own znode. */
        WITHDRAW,
        /** Remove the znodes before the own one. */
        CLEAR,
        CAMPAIGN,
        /** Stop trying. */
        GIVE_UP,
        /** Stop trying, and remove the own znode. */
        LET_GO
    }

    /**
     * The contenders as they were seen last.
     *
     * @param nodes the first is to lead
     * @param own this contender's; null for none
     */
    record Seen(List<String> nodes, String own) {
        static final Seen NOTHING = new Seen(List.of(), null);

        boolean ownIs(int index) {
            return own != null && nodes.size() > index && nodes.get(index).equals(own);
        }
    }

    private final long patienceMs;
    private String leaderNode = "";
    private long namedSince = NEVER;
    private long tryingSince = NEVER;
    private long progress;
    private long pauseMs = PAUSE_MIN_MS;
    private long pausedUntil = Long.MIN_VALUE;

    /** @param patienceMs how long a leader may be silent, or a candidate get nowhere */
    Turn(long patienceMs) {
        this.patienceMs = patienceMs;
    }

    /**
     * What to do now.
     *
     * @param connected whether what was seen in ZooKeeper still is what is there
     * @param free whether anything can be done in ZooKeeper now
     */
    Action next(Standing standing, Seen seen, boolean connected, boolean free, long now) {
        if (standing.leading() && standing.able()) {
            return whenLeading(seen, free);
        }
        if (!standing.able()) {
            namedSince = NEVER;
            boolean tried = tryingSince != NEVER;
            tryingSince = NEVER;
            if (tried || standing.leading()) {
                return Action.LET_GO;
            }
            return seen.own() != null && free ? Action.WITHDRAW : Action.NONE;
        }
        boolean heard = standing.leaderConnected() && standing.leaderSilentMs() < patienceMs;
        if (heard && !seen.nodes().isEmpty()) {
            leaderNode = seen.nodes().getFirst();
        }
        if (seen.own() == null) {
            namedSince = NEVER;
            return free && now >= pausedUntil && tryingSince == NEVER ? Action.STAND : giveUp();
        }
        boolean inherits =
                seen.ownIs(1) && silent(standing) && seen.nodes().getFirst().equals(leaderNode);
        boolean named = seen.ownIs(0) && (connected || !heard);
        if (!named && !inherits) {
            namedSince = NEVER;
            return giveUp();
        }
        if (namedSince == NEVER) {
            namedSince = now;
        }
        return tryingSince == NEVER ? begin(standing, heard, now) : goOn(standing, now);
    }

    /** One who is connected and says nothing may only be slow. */
    private boolean silent(Standing standing) {
        return standing.leaderSilentMs() >= (standing.leaderConnected() ? patienceMs : patienceMs / 2);
    }

    private Action whenLeading(Seen seen, boolean free) {
        namedSince = NEVER;
        tryingSince = NEVER;
        pauseMs = PAUSE_MIN_MS;
        pausedUntil = Long.MIN_VALUE;
        if (!free) {
            return Action.NONE;
        }
        if (seen.own() == null) {
            return Action.STAND;
        }
        return seen.ownIs(0) ? Action.NONE : Action.CLEAR;
    }

    private Action giveUp() {
        if (tryingSince == NEVER) {
            return Action.NONE;
        }
        tryingSince = NEVER;
        return Action.GIVE_UP;
    }

    private Action begin(Standing standing, boolean heard, long now) {
        if (heard && now - namedSince < GRACE * patienceMs) {
            return Action.NONE;
        }
        tryingSince = now;
        progress = standing.progress();
        return Action.CAMPAIGN;
    }

    private Action goOn(Standing standing, long now) {
        if (standing.progress() != progress) {
            progress = standing.progress();
            tryingSince = now;
        }
        if (now - tryingSince < patienceMs) {
            return Action.NONE;
        }
        namedSince = NEVER;
        tryingSince = NEVER;
        pausedUntil = now + pauseMs;
        pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS);
        return Action.LET_GO;
    }
}
