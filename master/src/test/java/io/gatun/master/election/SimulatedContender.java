package io.gatun.master.election;

import io.gatun.master.election.Candidate.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A master in the election: a {@link Turn} that is asked as {@link ZooKeeperLeadership} asks it, over a connection to
 * ZooKeeper on which everything takes a while, fails late, and may have happened although it failed.
 */
final class SimulatedContender {
    private static final long RETRY_MIN_MS = 50;
    private static final long RETRY_MAX_MS = 2_000;
    private static final long PING_MS = 200;
    private static final long NO_SESSION = 0;

    private final int id;
    private final SimulatedTime time;
    private final SimulatedZooKeeper zooKeeper;
    private final SimulatedLog log;
    private final long patienceMs;
    private Turn turn;

    // Connection.
    private boolean cut;
    private boolean connected;
    private long session = NO_SESSION;
    private long answeredAt;
    private int sessionsLost;

    // What the election's thread knows.
    private Turn.Seen seen = Turn.Seen.NOTHING;
    private boolean busy;
    private boolean stale = true;
    private long retryMs = RETRY_MIN_MS;
    private long retryAt;
    private String own;
    private String abandoned;
    private long life;
    private boolean dead;

    SimulatedContender(int id, SimulatedTime time, SimulatedZooKeeper zooKeeper, SimulatedLog log, long patienceMs) {
        this.id = id;
        this.time = time;
        this.zooKeeper = zooKeeper;
        this.log = log;
        this.patienceMs = patienceMs;
    }

    /** The process begins; what it knew before is gone, and its session is left to ZooKeeper. */
    void start() {
        turn = new Turn(patienceMs);
        connected = false;
        session = NO_SESSION;
        seen = Turn.Seen.NOTHING;
        busy = false;
        stale = true;
        retryAt = 0;
        own = null;
        abandoned = null;
        dead = false;
        long thisLife = ++life;
        time.after(time.random(1, PING_MS), () -> ping(thisLife));
        time.after(patienceMs / 20, () -> tick(thisLife));
    }

    void kill() {
        dead = true;
        life++;
    }

    void cut(boolean isCut) {
        cut = isCut;
    }

    String node() {
        return own;
    }

    private boolean reaches() {
        return !cut && zooKeeper.isUp() && !log.isPaused(id) && !dead;
    }

    /** Runs on the election's thread: never in another life, and not while the process stands still. */
    private void run(long ofLife, Runnable action) {
        if (ofLife != life) {
            return;
        }
        if (log.isPaused(id)) {
            time.after(50, () -> run(ofLife, action));
            return;
        }
        action.run();
    }

    // ---- the session

    private void ping(long ofLife) {
        run(ofLife, () -> {
            time.after(time.random(PING_MS / 2, PING_MS), () -> ping(ofLife));
            if (!reaches()) {
                long silent = time.now() - answeredAt;
                if (connected && silent > SimulatedZooKeeper.SESSION_MS * 2 / 3) {
                    connected = false; // SUSPENDED
                }
                if (session != NO_SESSION && silent > SimulatedZooKeeper.SESSION_MS) {
                    lose();
                }
                return;
            }
            answeredAt = time.now();
            if (session != NO_SESSION && !zooKeeper.isOpen(session)) {
                lose();
                return; // the next one is opened with the next attempt
            }
            if (session == NO_SESSION) {
                session = zooKeeper.open();
            }
            zooKeeper.ping(session);
            if (!connected) {
                connected = true;
                lookAgain();
            }
        });
    }

    private void lose() {
        connected = false;
        session = NO_SESSION;
        sessionsLost++;
        seen = Turn.Seen.NOTHING;
        errand(() -> {
            if (own != null) {
                abandoned = own;
                own = null;
            }
            return null;
        });
    }

    // ---- as ZooKeeperLeadership

    private void tick(long ofLife) {
        run(ofLife, () -> {
            time.after(patienceMs / 20, () -> tick(ofLife));
            decide();
        });
    }

    private void lookAgain() {
        stale = true;
        retryAt = 0;
        decide();
    }

    private void decide() {
        Standing standing = log.standing(id);
        boolean free = connected && !busy && time.now() >= retryAt;
        if (free && stale) {
            stale = false;
            errand(seen.own() != null ? this::stand : this::look);
            free = false;
        }
        switch (turn.next(standing, seen, connected, free, time.now())) {
            case NONE -> {}
            case STAND -> errand(this::stand);
            case WITHDRAW -> errand(this::withdraw);
            case CLEAR -> clear();
            case CAMPAIGN -> log.campaign(id);
            case GIVE_UP -> log.resign(id);
            case LET_GO -> {
                log.resign(id);
                errand(this::withdraw);
            }
        }
    }

    private void clear() {
        busy = true;
        long thisLife = life;
        time.after(
                time.random(5, 100),
                () -> run(thisLife, () -> {
                    busy = false;
                    if (log.confirms(id)) {
                        errand(() -> {
                            for (String node : zooKeeper.list()) {
                                if (own == null || node.equals(own)) {
                                    break;
                                }
                                zooKeeper.delete(node);
                            }
                            return stand();
                        });
                    }
                }));
    }

    private void errand(Supplier<Turn.Seen> work) {
        busy = true;
        long thisLife = life;
        int lostBefore = sessionsLost;
        time.after(
                delay(),
                () -> run(thisLife, () -> {
                    if (!reaches() || session == NO_SESSION || !zooKeeper.isOpen(session)) {
                        time.after(time.random(100, SimulatedZooKeeper.SESSION_MS), () -> run(thisLife, this::failed));
                        return;
                    }
                    Turn.Seen result = work.get();
                    if (time.oneIn(30)) {
                        time.after(time.random(10, 1_000), () -> run(thisLife, this::failed)); // the answer is lost
                        return;
                    }
                    time.after(
                            delay(),
                            () -> run(thisLife, () -> {
                                busy = false;
                                retryMs = RETRY_MIN_MS;
                                if (result != null && sessionsLost == lostBefore) {
                                    seen = result;
                                }
                                decide();
                            }));
                }));
    }

    private long delay() {
        return time.oneIn(20) ? time.random(20, 500) : time.random(1, 10);
    }

    private void failed() {
        busy = false;
        stale = true;
        retryAt = time.now() + retryMs;
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
    }

    // ---- as Ballot

    private Turn.Seen stand() {
        if (abandoned != null) {
            zooKeeper.delete(abandoned);
            abandoned = null;
        }
        if (own == null || !zooKeeper.list().contains(own)) {
            own = zooKeeper.ownedBy(session);
            if (own == null) {
                own = zooKeeper.create(session);
            }
        }
        return look();
    }

    private Turn.Seen withdraw() {
        if (own != null) {
            zooKeeper.delete(own);
            own = null;
        }
        return look();
    }

    private Turn.Seen look() {
        long thisLife = life;
        long watching = session;
        zooKeeper.watch(() -> tell(thisLife, watching));
        List<String> nodes = new ArrayList<>(zooKeeper.list());
        return new Turn.Seen(nodes, own != null && nodes.contains(own) ? own : null);
    }

    /** What a session's watch has seen is told when the connection is back, as long as there is the session. */
    private void tell(long ofLife, long watching) {
        if (ofLife == life && session == watching) {
            time.after(delay(), () -> {
                if (reaches()) {
                    run(ofLife, this::lookAgain);
                } else {
                    tell(ofLife, watching);
                }
            });
        }
    }
}
