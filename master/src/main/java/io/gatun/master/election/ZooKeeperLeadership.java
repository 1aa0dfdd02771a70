package io.gatun.master.election;

import io.gatun.mesos.detector.ZkUrl;
import io.gatun.mesos.v1.MasterInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The election among the masters of one {@code --zk} path: each keeps one {@code json.info_} znode there, and the lowest
 * sequence number leads. Unlike Mesos, a master that loses its session does not end its process: it is deposed and
 * contends again.
 *
 * <p>Safe against two leaders as far as ZooKeeper can make it: a master without connection stops leading when 30 % of the
 * session timeout have passed, before the servers can expire its session (ZooKeeper's client notices silence after two
 * thirds). Nothing but the registry's log is a guarantee.
 *
 * <p>All decisions and callbacks happen on one thread, {@code gatun-election}.
 */
public final class ZooKeeperLeadership implements Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperLeadership.class);
    /** The part of the session timeout that a leader may be without connection; see above. */
    private static final double WITHOUT_CONNECTION = 0.3;
    /** The part of the session timeout that one look at ZooKeeper may wait for a connection. */
    private static final double CONNECT = 0.1;

    private static final long RETRY_MIN_MS = 50;
    private static final long RETRY_MAX_MS = 2_000;

    private final MasterInfo self;
    private final CuratorFramework client;
    private final Ballot ballot;
    private final ScheduledExecutorService thread;

    private final Object viewLock = new Object();
    private volatile Optional<MasterInfo> leader = Optional.empty();
    private volatile boolean leading;
    private volatile boolean closed;
    private volatile int sessionsLost;

    // Of Curator's thread only.
    private ScheduledFuture<?> lastMoment;

    // Of the election thread only.
    private Listener listener;
    private String electedNode;
    private long retryMs = RETRY_MIN_MS;
    private ScheduledFuture<?> plannedRetry;

    /**
     * Prepares the candidacy; nothing is sent before {@link #contend}.
     *
     * @param zk where the masters meet
     * @param self what the znode tells of this master
     * @param sessionTimeout what to ask ZooKeeper for; it may grant less or more
     */
    public ZooKeeperLeadership(ZkUrl zk, MasterInfo self, Duration sessionTimeout) {
        this.self = Objects.requireNonNull(self, "self");
        int sessionTimeoutMs = Math.toIntExact(sessionTimeout.toMillis());
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(zk.connectString())
                .sessionTimeoutMs(sessionTimeoutMs)
                .connectionTimeoutMs((int) (sessionTimeoutMs * CONNECT))
                // The servers' own addresses may be of no use here (containers, tunnels): those of --zk count.
                .ensembleTracker(false)
                // Retried by this class, which looks at the ballot afresh each time.
                .retryPolicy((retryCount, elapsedTimeMs, sleeper) -> false);
        zk.auth().ifPresent(auth -> builder.authorization("digest", auth.getBytes(StandardCharsets.UTF_8)));
        this.client = builder.build();
        this.ballot = new Ballot(
                client, zk.path(), self, ElectionAcls.of(zk.auth().isPresent()), event -> execute(this::evaluate));
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("gatun-election").daemon().factory());
    }

    @Override
    public void contend(Listener listener) {
        execute(() -> {
            if (this.listener != null) {
                throw new IllegalStateException("contend() was called before");
            }
            this.listener = Objects.requireNonNull(listener, "listener");
            client.getConnectionStateListenable().addListener((ignored, state) -> connectionChanged(state));
            client.start();
        });
    }

    @Override
    public Optional<MasterInfo> leader() {
        return leader;
    }

    @Override
    public boolean leading() {
        return leading;
    }

    @Override
    public void close() {
        closed = true;
        view(Optional.empty(), false);
        thread.shutdownNow();
        // Ends the session, and with it the znode: the next master need not wait for the timeout.
        client.close();
    }

    /** On a thread of Curator's. */
    private void connectionChanged(ConnectionState state) {
        if (lastMoment != null) {
            lastMoment.cancel(false);
            lastMoment = null;
        }
        switch (state) {
            case CONNECTED, RECONNECTED -> execute(this::evaluate);
            case SUSPENDED -> suspended();
            case LOST -> {
                // At once, not only when the election thread gets to it: it may be waiting for ZooKeeper.
                synchronized (viewLock) {
                    sessionsLost++;
                    view(Optional.empty(), false);
                }
                execute(this::sessionLost);
            }
            case READ_ONLY -> LOG.warn("ZooKeeper is read-only: no election until it has a quorum");
        }
    }

    /** Curator tells of a lost session late: it first waits until its client is closed. So the time is taken here. */
    private void suspended() {
        long graceMs = (long) (client.getZookeeperClient().getLastNegotiatedSessionTimeoutMs() * WITHOUT_CONNECTION);
        LOG.warn("Connection to ZooKeeper broken; a leader steps down unless it is back within {} ms", graceMs);
        if (!closed) {
            lastMoment = thread.schedule(
                    () -> {
                        view(Optional.empty(), false);
                        depose("no connection to ZooKeeper for " + graceMs + " ms");
                    },
                    graceMs,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void sessionLost() {
        ballot.forget();
        depose("the ZooKeeper session is lost");
    }

    private void evaluate() {
        if (closed || !client.getZookeeperClient().isConnected()) {
            return; // CONNECTED or RECONNECTED brings us back.
        }
        try {
            int sessionsLostBefore = sessionsLost;
            Ballot.Result result = ballot.stand();
            synchronized (viewLock) {
                if (closed || sessionsLost != sessionsLostBefore) {
                    return; // What was seen belongs to a session that is gone.
                }
                view(result.leads() ? Optional.of(self) : result.leader(), result.leads());
            }
            tell(result);
            retryMs = RETRY_MIN_MS;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // close()
        } catch (Exception e) {
            if (!closed) {
                LOG.warn("Election: {}; looking again in {} ms", e.toString(), retryMs);
                retryLater();
            }
        }
    }

    private void tell(Ballot.Result result) throws Exception {
        if (electedNode != null && !(result.leads() && result.node().equals(electedNode))) {
            // Also when a new znode leads again: somebody else may have led in between.
            depose("its znode is gone or no longer the lowest");
        }
        if (!result.leads() || electedNode != null) {
            return;
        }
        electedNode = result.node();
        LOG.info("Elected: {} leads by {}", self.getPid(), electedNode);
        try {
            listener.elected();
        } catch (RuntimeException e) {
            LOG.error("Could not take over the leadership, giving it up", e);
            view(Optional.empty(), false);
            depose("taking over failed: " + e.getMessage());
            ballot.withdraw();
            retryLater();
        }
    }

    private void depose(String reason) {
        if (electedNode != null) {
            electedNode = null;
            LOG.warn("Deposed: {}", reason);
            listener.deposed(reason);
        }
    }

    private void view(Optional<MasterInfo> newLeader, boolean nowLeading) {
        synchronized (viewLock) {
            leader = newLeader;
            leading = nowLeading;
        }
    }

    private void retryLater() {
        if (plannedRetry != null) {
            return;
        }
        plannedRetry = thread.schedule(
                () -> {
                    plannedRetry = null;
                    evaluate();
                },
                retryMs,
                TimeUnit.MILLISECONDS);
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
    }

    private void execute(Runnable task) {
        try {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("Election", e);
                }
            });
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }
}
