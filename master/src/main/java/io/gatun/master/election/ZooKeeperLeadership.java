package io.gatun.master.election;

import io.gatun.mesos.detector.ZkUrl;
import io.gatun.mesos.v1.MasterInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election among the masters of one {@code --zk} path: each that can lead keeps one {@code json.info_} znode there, in
 * Mesos' form, so that every detector finds the first. {@link Turn} says who tries; who leads is up to the log. So a leader
 * goes on leading without ZooKeeper for as long as its log does.
 *
 * <p>Decisions are made on the thread {@code gatun-election}, several times in the patience of {@link Turn}; ZooKeeper,
 * which may let a call wait until a session is given up, is talked to on {@code gatun-election-zk}, about one thing at a
 * time.
 */
public final class ZooKeeperLeadership implements Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperLeadership.class);
    private static final long TICKS_IN_PATIENCE = 20;
    /**
     * Part of the patience within which callers are still sent to a leader that is not first: three heartbeats. One that has
     * been stopped takes requests and does not answer.
     */
    private static final long HEARD_LATELY = 3;

    private static final long RETRY_MIN_MS = 50;
    private static final long RETRY_MAX_MS = 2_000;

    private interface Errand {
        Ballot.Result run() throws Exception;
    }

    private final MasterInfo self;
    private final CuratorFramework client;
    private final Ballot ballot;
    private final Turn turn;
    private final long patienceMs;
    private final long tickMs;
    private final ScheduledExecutorService thread = executor("gatun-election");
    private final ScheduledExecutorService errands = executor("gatun-election-zk");

    private volatile Optional<MasterInfo> first = Optional.empty();
    /** Who was first when the log's leader was heard, and as long as it is: it leads on although its session is gone. */
    private volatile Optional<MasterInfo> acting = Optional.empty();

    private volatile boolean leading;
    /**
     * This master has led and has not heard another lead since. Who is first now takes it for the leader as long as it was
     * heard lately: each would send callers to the other.
     */
    private volatile boolean unsucceeded;

    private volatile boolean closed;
    private volatile boolean connected;
    private final AtomicInteger sessionsLost = new AtomicInteger();

    // Of the election thread only.
    private Candidate candidate;
    private Turn.Seen seen = Turn.Seen.NOTHING;
    private boolean busy;
    private boolean stale = true;
    private long retryMs = RETRY_MIN_MS;
    private long retryAtMs;

    /**
     * Prepares the candidacy; nothing is sent before {@link #contend}.
     *
     * @param client not started; this starts and closes it
     * @param zk where the masters meet
     * @param self what the znode tells of this master
     * @param patience how long a leader may be silent, or a candidate get nowhere, until another tries
     */
    public ZooKeeperLeadership(CuratorFramework client, ZkUrl zk, MasterInfo self, Duration patience) {
        this.self = Objects.requireNonNull(self, "self");
        this.client = Objects.requireNonNull(client, "client");
        this.patienceMs = patience.toMillis();
        this.turn = new Turn(patienceMs);
        this.tickMs = Math.max(1, patienceMs / TICKS_IN_PATIENCE);
        this.ballot = new Ballot(
                client, zk.path(), self, ElectionAcls.of(zk.auth().isPresent()), event -> execute(this::lookAgain));
    }

    private static ScheduledExecutorService executor(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    @Override
    public void contend(Candidate contender) {
        Objects.requireNonNull(contender, "contender");
        client.getConnectionStateListenable().addListener((ignored, state) -> connectionChanged(state));
        // Not on the election's thread: others use the client from now on. A second call fails here.
        client.start();
        execute(() -> {
            candidate = contender;
            ScheduledFuture<?> unused =
                    thread.scheduleWithFixedDelay(() -> guarded(this::decide), tickMs, tickMs, TimeUnit.MILLISECONDS);
        });
    }

    @Override
    public void leads(boolean leads) {
        unsucceeded = !leads && (leading || unsucceeded);
        leading = leads;
        execute(this::decide);
    }

    @Override
    public Optional<MasterInfo> leader() {
        if (leading) {
            return Optional.of(self);
        }
        if (unsucceeded) {
            return Optional.empty();
        }
        Optional<MasterInfo> named = first;
        return named.filter(this::isSelf).flatMap(none -> acting).or(() -> named);
    }

    private boolean isSelf(MasterInfo master) {
        return master.getId().equals(self.getId());
    }

    @Override
    public boolean leading() {
        return leading;
    }

    @Override
    public void close() {
        closed = true;
        leading = false;
        first = Optional.empty();
        thread.shutdownNow();
        errands.shutdownNow();
        // Ends the session, and with it the znode: the next master need not wait for the timeout.
        client.close();
    }

    /** On a thread of Curator's. */
    private void connectionChanged(ConnectionState state) {
        LOG.info("ZooKeeper connection: {}", state);
        connected = state == ConnectionState.CONNECTED || state == ConnectionState.RECONNECTED;
        if (state == ConnectionState.LOST) {
            sessionsLost.incrementAndGet();
            execute(() -> {
                // What was seen belongs to a session that is gone. Detectors may still go by it, and so does leader().
                seen = Turn.Seen.NOTHING;
                errand("forgetting the session", () -> {
                    ballot.forget();
                    return null;
                });
            });
        } else if (connected) {
            execute(this::lookAgain);
        }
    }

    private void lookAgain() {
        stale = true;
        retryAtMs = 0;
        decide();
    }

    private void decide() {
        if (closed || candidate == null) {
            return;
        }
        Candidate.Standing standing = candidate.standing();
        if (!standing.leaderConnected() || standing.leaderSilentMs() >= patienceMs / HEARD_LATELY) {
            acting = Optional.empty();
        } else {
            unsucceeded = false;
            if (first.isPresent() && !isSelf(first.get())) {
                acting = first;
            }
        }
        boolean free = connected && !busy && nowMs() >= retryAtMs;
        if (free && stale) {
            // Before anything is done about what may no longer be there.
            stale = false;
            boolean contends = seen.own() != null;
            errand("looking", contends ? ballot::stand : ballot::look);
            free = false;
        }
        switch (turn.next(standing, seen, connected, free, nowMs())) {
            case NONE -> {
                // Nothing has changed.
            }
            case STAND -> errand("contending", ballot::stand);
            case WITHDRAW -> errand("withdrawing", this::withdraw);
            case CLEAR -> clearWhenCertain();
            case CAMPAIGN -> {
                LOG.info("Election: {} tries to lead, by {}", self.getPid(), seen.own());
                candidate.campaign();
            }
            case GIVE_UP -> candidate.resign("another master is first in ZooKeeper");
            case LET_GO -> {
                LOG.warn("Election: {} lets another try", self.getPid());
                candidate.resign("another master may try");
                errand("withdrawing", this::withdraw);
            }
        }
    }

    private Ballot.Result withdraw() throws Exception {
        ballot.withdraw();
        return ballot.look();
    }

    /** One who only believes to lead must not remove the znode of one who does. */
    private void clearWhenCertain() {
        busy = true;
        var unused = candidate
                .confirm()
                .whenComplete((certain, failure) -> execute(() -> {
                    busy = false;
                    if (failure == null) {
                        errand("removing the znodes before this leader's", () -> {
                            ballot.clear();
                            return ballot.stand();
                        });
                    }
                }));
    }

    private void errand(String what, Errand errand) {
        busy = true;
        int sessionsLostBefore = sessionsLost.get();
        try {
            errands.execute(() -> run(what, errand, sessionsLostBefore));
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    private void run(String what, Errand errand, int sessionsLostBefore) {
        try {
            Ballot.Result result = errand.run();
            execute(() -> {
                busy = false;
                retryMs = RETRY_MIN_MS;
                if (result != null && sessionsLost.get() == sessionsLostBefore) {
                    seen = result.seen();
                    first = result.first();
                }
                decide();
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close()
        } catch (Exception e) {
            execute(() -> failed(what, e));
        }
    }

    private void failed(String what, Exception e) {
        busy = false;
        stale = true;
        retryAtMs = nowMs() + retryMs;
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
        if (!closed) {
            LOG.warn("Election, {}: {}; again in {} ms", what, e.toString(), retryAtMs - nowMs());
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void execute(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    /** An executor would never run a task again that threw. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("Election", e);
        }
    }
}
