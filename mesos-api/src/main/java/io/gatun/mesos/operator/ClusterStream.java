package io.gatun.mesos.operator;

import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.detector.MasterDetector;
import io.gatun.mesos.detector.MasterInfoJson;
import io.gatun.mesos.detector.Masters;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.master.Event;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's state, followed: finds the leading master, subscribes to its operator events, and subscribes again with
 * backoff when the stream breaks, falls silent for three heartbeats, or another master leads. In between the last state
 * stays. All work and all callbacks happen on one thread; a burst of events is told as one change.
 */
public final class ClusterStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterStream.class);

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final long TICK_MS = 100;
    private static final long MIN_BACKOFF_MS = 50;
    private static final long MAX_BACKOFF_MS = 5_000;
    private static final int MISSED_HEARTBEATS = 3;
    private static final double DEFAULT_HEARTBEAT_SECONDS = 15;

    /** Events read from the network and not yet applied; beyond that the stream waits. */
    private static final int MAX_PENDING_EVENTS = 10_000;

    private static final Call SUBSCRIBE =
            Call.newBuilder().setType(Call.Type.SUBSCRIBE).build();

    private final Consumer<ClusterState> onChange;
    private final StateTracker tracker;
    private final ScheduledExecutorService thread;
    private final Semaphore pending = new Semaphore(MAX_PENDING_EVENTS);
    private MasterDetector detector;

    private volatile ClusterState published = ClusterState.EMPTY;
    private volatile boolean closed;

    /** Written on the thread only. */
    private volatile Optional<MasterInfo> leader = Optional.empty();

    // Touched on the thread only.
    private EventStream<Event> stream;
    private int generation;
    private long backoffMs = MIN_BACKOFF_MS;
    private long connectAtMs = Long.MAX_VALUE;
    private long lastHeardMs;
    private double heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS;
    private boolean publishQueued;

    private ClusterStream(Consumer<ClusterState> onChange, Duration grace) {
        this.onChange = onChange;
        this.tracker = new StateTracker(grace.toMillis());
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread worker = new Thread(task, "cluster-stream");
            worker.setDaemon(true);
            return worker;
        });
    }

    /** As {@link #open(String, Duration, Consumer)}, with a grace period of 30 s. */
    public static ClusterStream open(String masterFlag, Consumer<ClusterState> onChange) {
        return open(masterFlag, DEFAULT_GRACE, onChange);
    }

    /**
     * Starts following; returns at once.
     *
     * @param masterFlag {@code zk://host:port,.../path} or {@code host:port}
     * @param grace how long after a change of masters tasks are kept that the new one has not reported
     * @param onChange told every new state, the first when a master has told it; never called again after {@link #close}
     * @throws IllegalArgumentException if the flag is invalid
     */
    public static ClusterStream open(String masterFlag, Duration grace, Consumer<ClusterState> onChange) {
        ClusterStream cluster = new ClusterStream(onChange, grace);
        cluster.detector = MasterDetector.watch(masterFlag, masters -> cluster.submit(() -> cluster.masters(masters)));
        var unused =
                cluster.thread.scheduleWithFixedDelay(cluster::guardedTick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
        return cluster;
    }

    /** The latest state that was told; empty before the first. */
    public ClusterState state() {
        return published;
    }

    /** The master that is followed; empty until one was named. */
    public Optional<MasterInfo> leader() {
        return leader;
    }

    @Override
    public void close() {
        closed = true;
        detector.close();
        submit(this::disconnect);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void masters(Masters masters) {
        if (masters.leader().isEmpty()) {
            return; // masters lead without ZooKeeper, too: whether this one does, the stream tells
        }
        tracker.masters(masters);
        publishSoon();
        if (masters.leader().equals(leader)) {
            return;
        }
        leader = masters.leader();
        disconnect();
        backoffMs = MIN_BACKOFF_MS;
        if (leader.isPresent()) {
            connect();
        }
    }

    private void connect() {
        int mine = ++generation;
        connectAtMs = Long.MAX_VALUE;
        lastHeardMs = nowMs();
        heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS;
        stream = EventStream.open(
                MasterInfoJson.uri(leader.orElseThrow(), "/api/v1"),
                MediaType.PROTOBUF,
                SUBSCRIBE,
                Event.getDefaultInstance(),
                new EventStream.Listener<>() {
                    @Override
                    public void connected(URI endpoint, String streamId) {
                        LOG.debug("subscribed to the events of {}", endpoint);
                    }

                    @Override
                    public void event(Event event) {
                        try {
                            pending.acquire();
                        } catch (InterruptedException e) {
                            // The stream is being closed, so nobody waits for this event.
                            Thread.currentThread().interrupt();
                            return;
                        }
                        submit(() -> {
                            pending.release();
                            received(mine, event);
                        });
                    }

                    @Override
                    public void closed(Throwable cause) {
                        submit(() -> lost(mine, cause));
                    }
                });
    }

    private void disconnect() {
        generation++;
        connectAtMs = Long.MAX_VALUE;
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    private void received(int from, Event event) {
        if (from != generation) {
            return;
        }
        lastHeardMs = nowMs();
        if (event.getType() == Event.Type.SUBSCRIBED) {
            backoffMs = MIN_BACKOFF_MS;
            double interval = event.getSubscribed().getHeartbeatIntervalSeconds();
            heartbeatSeconds = interval > 0 ? interval : DEFAULT_HEARTBEAT_SECONDS;
        }
        tracker.apply(event, lastHeardMs);
        publishSoon();
    }

    private void lost(int from, Throwable cause) {
        if (from != generation || closed) {
            return;
        }
        stream = null;
        LOG.warn(
                "the master's event stream ended ({}); trying again",
                cause == null ? "by the master" : cause.getMessage());
        long jitterMs = ThreadLocalRandom.current().nextLong(backoffMs / 2 + 1);
        connectAtMs = nowMs() + backoffMs + jitterMs;
        backoffMs = Math.min(MAX_BACKOFF_MS, backoffMs * 2);
    }

    /** A periodic task that throws would never run again. */
    private void guardedTick() {
        try {
            tick();
        } catch (RuntimeException e) {
            LOG.error("following the master's events failed; going on", e);
        }
    }

    private void tick() {
        long nowMs = nowMs();
        if (leader.isPresent() && stream == null && nowMs >= connectAtMs) {
            connect();
        } else if (stream != null && nowMs - lastHeardMs > MISSED_HEARTBEATS * heartbeatSeconds * 1000) {
            LOG.warn("the master's event stream was silent for {} s; subscribing again", (nowMs - lastHeardMs) / 1000);
            disconnect();
            connect();
        }
        tracker.expire(nowMs);
        publishSoon();
    }

    /** Behind the events that are queued already, so that a burst is one change. */
    private void publishSoon() {
        if (!publishQueued) {
            publishQueued = true;
            submit(this::publish);
        }
    }

    private void publish() {
        publishQueued = false;
        ClusterState now = tracker.state();
        if (closed || now == published || !tracker.ready(nowMs())) {
            return;
        }
        published = now;
        try {
            onChange.accept(now);
        } catch (RuntimeException e) {
            LOG.error("telling of a change in the cluster failed", e);
        }
    }

    private void submit(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the cluster stream is closed");
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
