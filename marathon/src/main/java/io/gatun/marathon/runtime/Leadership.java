package io.gatun.marathon.runtime;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one Marathon of several works at a time: a Curator leader latch at {@code <root>/leader-curator}, whose
 * nodes hold {@code host:port} of each candidate, as Marathon's do. While this one leads it has a {@link Term}.
 */
public final class Leadership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final long RETRY_MS = 1_000;
    private static final long CLOSE_WAIT_MS = 1_500;

    private final CuratorFramework zk;
    private final String path;
    private final String self;
    private final Function<Leadership, Term> begin;
    /** Terms begin and end here, one after the other. */
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("marathon-leadership").daemon().factory());

    private volatile LeaderLatch latch;
    private volatile Term term;

    /**
     * Builds a candidate; it stands from {@link #start} on.
     *
     * @param root path of this Marathon in ZooKeeper
     * @param self {@code host:port} of the API
     * @param begin starts to work; fails when the state cannot be read
     */
    public Leadership(CuratorFramework zk, String root, String self, Function<Leadership, Term> begin) {
        this.zk = zk;
        this.path = root + "/leader-curator";
        this.self = self;
        this.begin = begin;
    }

    public void start() {
        thread.execute(this::stand);
    }

    /** {@code host:port} of this candidate. */
    public String self() {
        return self;
    }

    /** The term while this one leads and is ready. Any thread. */
    public Optional<Term> term() {
        return Optional.ofNullable(term);
    }

    /** {@code host:port} of whoever leads. Asks ZooKeeper unless it is this one: not for an event loop. */
    public Optional<String> leader() {
        LeaderLatch candidate = latch;
        if (term != null) {
            return Optional.of(self);
        }
        if (candidate == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(candidate.getLeader().getId()).filter(id -> !id.isEmpty());
        } catch (Exception e) {
            // No node yet, or no ZooKeeper: either way nobody is known to lead.
            LOG.debug("no leader at {}: {}", path, e.getMessage());
            return Optional.empty();
        }
    }

    private void stand() {
        LeaderLatch candidate = new LeaderLatch(zk, path, self);
        candidate.addListener(
                new LeaderLatchListener() {
                    @Override
                    public void isLeader() {
                        lead(candidate);
                    }

                    @Override
                    public void notLeader() {
                        endTerm();
                    }
                },
                thread);
        latch = candidate;
        try {
            candidate.start();
        } catch (Exception e) {
            LOG.error("cannot stand for leadership at {}: {}", path, e.getMessage());
            standAgain();
        }
    }

    private void lead(LeaderLatch elected) {
        if (latch != elected || term != null || !elected.hasLeadership()) {
            return;
        }
        try {
            term = begin.apply(this);
            LOG.info("{} leads", self);
        } catch (RuntimeException e) {
            LOG.error("{} is elected but cannot lead: {}", self, e.getMessage());
            standAgain();
        }
    }

    private void endTerm() {
        Term ended = term;
        term = null;
        if (ended != null) {
            ended.close();
            LOG.info("{} does not lead any more", self);
        }
    }

    /** Gives leadership up, for the given reason, and stands again. Any thread. */
    public void abdicate(String reason) {
        thread.execute(() -> {
            LOG.warn("{} gives up leading: {}", self, reason);
            endTerm();
            standAgain();
        });
    }

    private void standAgain() {
        closeLatch();
        Future<?> unused = thread.schedule(this::stand, RETRY_MS, TimeUnit.MILLISECONDS);
    }

    private void closeLatch() {
        LeaderLatch closing = latch;
        latch = null;
        if (closing == null) {
            return;
        }
        try {
            closing.close();
        } catch (IOException | IllegalStateException e) {
            // Its node goes with the session at the latest.
            LOG.debug("closing the latch: {}", e.getMessage());
        }
    }

    /** Stops working, then lets another lead. */
    @Override
    public void close() {
        thread.execute(() -> {
            endTerm();
            closeLatch();
        });
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
