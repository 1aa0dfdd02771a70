package io.gatun.master.election;

import io.gatun.master.election.Candidate.Standing;
import java.util.Arrays;

/**
 * A log of three replicas as the election sees it: who has been promised an epoch, who leads, and who hears that one. A
 * candidate needs a quorum, and deposes whoever that quorum followed.
 */
final class SimulatedLog {
    static final int COUNT = 3;
    private static final int QUORUM = 2;
    private static final int NOBODY = -1;
    private static final long HEARTBEAT_MS = 100;

    private final SimulatedTime time;
    private final long patienceMs;
    private final Replica[] replicas = new Replica[COUNT];
    private int changes;

    private static final class Replica {
        private boolean cut;
        private long pausedUntil;
        private long promised;
        private int owner = NOBODY;
        private long ownerHeardAt = Long.MIN_VALUE;
        private boolean wanted;
        private boolean trying;
        private boolean leading;
        private long heardQuorumAt;
        private long progress;
        /** What was begun for an earlier attempt is not finished. */
        private long attempt;
    }

    SimulatedLog(SimulatedTime time, long patienceMs) {
        this.time = time;
        this.patienceMs = patienceMs;
        Arrays.setAll(replicas, id -> new Replica());
        time.after(HEARTBEAT_MS, this::heartbeat);
    }

    // ---- faults

    void cut(int id, boolean cut) {
        replicas[id].cut = cut;
    }

    void pause(int id, long until) {
        replicas[id].pausedUntil = until;
    }

    /** The process dies; it knows again what it promised, and no more. */
    void restart(int id) {
        Replica before = replicas[id];
        replicas[id] = new Replica();
        replicas[id].promised = before.promised;
        replicas[id].owner = before.owner;
        replicas[id].pausedUntil = before.pausedUntil;
        replicas[id].cut = before.cut;
        replicas[id].attempt = before.attempt + 1;
    }

    boolean isPaused(int id) {
        return replicas[id].pausedUntil > time.now();
    }

    // ---- what the election asks

    Standing standing(int id) {
        Replica replica = replicas[id];
        boolean connected = replica.owner != NOBODY && replica.owner != id && linked(id, replica.owner);
        long silent = replica.ownerHeardAt == Long.MIN_VALUE ? Long.MAX_VALUE : time.now() - replica.ownerHeardAt;
        return new Standing(true, replica.leading, replica.progress, connected, silent);
    }

    void campaign(int id) {
        Replica replica = replicas[id];
        replica.wanted = true;
        if (!replica.trying && !replica.leading) {
            begin(id);
        }
    }

    void resign(int id) {
        replicas[id].wanted = false;
        stepDown(id);
    }

    /** Whether a quorum still listens to it. */
    boolean confirms(int id) {
        return replicas[id].leading && listeners(id) >= QUORUM;
    }

    // ---- what happens between replicas

    private boolean linked(int one, int other) {
        return one == other || (!replicas[one].cut && !replicas[other].cut && !isDead(one) && !isDead(other));
    }

    private boolean isDead(int id) {
        return replicas[id].pausedUntil == Long.MAX_VALUE;
    }

    private boolean hears(int one, int other) {
        return linked(one, other) && !isPaused(one) && !isPaused(other);
    }

    private int listeners(int id) {
        int count = 0;
        for (int other = 0; other < COUNT; other++) {
            if (hears(id, other) && replicas[other].promised <= replicas[id].promised) {
                count++;
            }
        }
        return count;
    }

    private void begin(int id) {
        Replica replica = replicas[id];
        replica.trying = true;
        replica.heardQuorumAt = time.now();
        long attempt = ++replica.attempt;
        time.after(time.oneIn(8) ? time.random(100, 900) : time.random(2, 60), () -> prepare(id, attempt));
    }

    private boolean isCurrent(int id, long attempt) {
        return replicas[id].attempt == attempt && replicas[id].trying;
    }

    private void prepare(int id, long attempt) {
        if (!isCurrent(id, attempt)) {
            return;
        }
        if (isPaused(id)) {
            time.after(HEARTBEAT_MS, () -> prepare(id, attempt));
            return;
        }
        long epoch = 0;
        for (int other = 0; other < COUNT; other++) {
            if (hears(id, other)) {
                epoch = Math.max(epoch, replicas[other].promised);
            }
        }
        epoch = (epoch / COUNT + 1) * COUNT + id;
        for (int other = 0; other < COUNT; other++) {
            if (hears(id, other)) {
                promise(other, id, epoch);
            }
        }
        if (listeners(id) < QUORUM) {
            time.after(2 * HEARTBEAT_MS, () -> prepare(id, attempt));
            return;
        }
        replicas[id].progress++;
        long won = epoch;
        time.after(time.oneIn(8) ? time.random(100, 900) : time.random(2, 60), () -> lead(id, attempt, won));
    }

    private void promise(int id, int owner, long epoch) {
        Replica replica = replicas[id];
        if (id != owner) {
            boolean lost = replica.trying && !replica.leading;
            boolean again = lost && replica.wanted;
            stepDown(id);
            if (again) {
                // One that was overtaken before it led tries again until it is told not to.
                long attempt = replica.attempt;
                time.after(time.random(100, 200), () -> {
                    if (replica.wanted && replica.attempt == attempt && !replica.trying) {
                        begin(id);
                    }
                });
            }
            replica.ownerHeardAt = time.now();
        }
        replica.promised = epoch;
        replica.owner = owner;
    }

    private void lead(int id, long attempt, long epoch) {
        Replica replica = replicas[id];
        if (!isCurrent(id, attempt) || replica.promised != epoch) {
            return;
        }
        if (isPaused(id) || listeners(id) < QUORUM) {
            time.after(HEARTBEAT_MS, () -> lead(id, attempt, epoch));
            return;
        }
        replica.wanted = false;
        replica.leading = true;
        replica.heardQuorumAt = time.now();
        changes++;
    }

    private void stepDown(int id) {
        replicas[id].trying = false;
        replicas[id].leading = false;
        replicas[id].attempt++;
    }

    private void heartbeat() {
        for (int id = 0; id < COUNT; id++) {
            Replica replica = replicas[id];
            if (!replica.trying || isPaused(id)) {
                continue;
            }
            for (int other = 0; other < COUNT; other++) {
                if (other != id && hears(id, other) && replica.promised > 0) {
                    hear(other, id);
                }
            }
            if (replica.trying && listeners(id) >= QUORUM) {
                replica.heardQuorumAt = time.now();
            } else if (replica.trying && time.now() - replica.heardQuorumAt > patienceMs) {
                replica.wanted = false;
                stepDown(id);
            }
        }
        time.after(HEARTBEAT_MS, this::heartbeat);
    }

    private void hear(int id, int from) {
        Replica replica = replicas[id];
        long epoch = replicas[from].promised;
        if (epoch < replica.promised) {
            stepDown(from); // it is refused
            return;
        }
        if (epoch > replica.promised) {
            promise(id, from, epoch);
        }
        if (replica.owner == from) {
            replica.ownerHeardAt = time.now();
            replica.progress++;
        }
    }

    // ---- what came of it

    /** How often somebody became leader. */
    int changes() {
        return changes;
    }

    /** Who believes to lead. */
    int leader() {
        int leader = NOBODY;
        for (int id = 0; id < COUNT; id++) {
            if (replicas[id].leading) {
                leader = leader == NOBODY || replicas[id].promised > replicas[leader].promised ? id : leader;
            }
        }
        return leader;
    }
}
