package io.gatun.marathon.runtime;

import io.gatun.mesos.client.CallClient;
import io.gatun.mesos.client.CallResult;
import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.client.UnexpectedStatusException;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.detector.MasterDetector;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the leading master: finds it, subscribes, hears events, makes calls one after the other in the order
 * in which they were given. It reconnects for ever, with pauses from 250 ms to 5 s. All its state belongs to its own
 * thread.
 */
public final class MesosLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MesosLink.class);
    private static final int UNAVAILABLE = 503;
    private static final long RETRY_MIN_MS = 250;
    private static final long RETRY_MAX_MS = 5_000;
    /** As Marathon's --mesos_heartbeat_failure_threshold. */
    private static final int HEARTBEATS_MISSED_MAX = 5;

    private static final double HEARTBEAT_SECONDS = 15;

    private final FrameworkInfo framework;
    private final Supplier<Optional<String>> frameworkId;
    private final LinkListener listener;
    private final CallClient client = new CallClient();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("marathon-link").daemon().factory());
    private final MasterDetector detector;

    private Optional<MasterInfo> leader = Optional.empty();
    private Connection connection;
    private long retryMs = RETRY_MIN_MS;

    /** One subscription, from the attempt to its end; whatever comes of an older one is ignored. */
    private static final class Connection {
        /** Of the master that was found, then of the one that answered, which a redirect may have led to. */
        private URI endpoint;

        private final Deque<Call> unsent = new ArrayDeque<>();
        private EventStream<Event> stream;
        private Optional<String> streamId = Optional.empty();
        private FrameworkID id;
        private Optional<String> masterId = Optional.empty();
        private boolean calling;
        private long heardNs = System.nanoTime();
        private double heartbeatSeconds = HEARTBEAT_SECONDS;

        private Connection(URI endpoint) {
            this.endpoint = endpoint;
        }
    }

    private MesosLink(
            String masterFlag, FrameworkInfo framework, Supplier<Optional<String>> frameworkId, LinkListener listener) {
        this.framework = framework;
        this.frameworkId = frameworkId;
        this.listener = listener;
        this.detector = MasterDetector.open(masterFlag, found -> run(() -> lead(found)));
        long checkMs = (long) (HEARTBEAT_SECONDS * 1000);
        Future<?> unused = thread.scheduleWithFixedDelay(this::checkHeartbeat, checkMs, checkMs, TimeUnit.MILLISECONDS);
    }

    /**
     * Starts to look for the master; returns at once.
     *
     * @param masterFlag {@code zk://...} or {@code host:port}
     * @param framework to subscribe as, without id
     * @param frameworkId the id to subscribe with, asked at each attempt; empty = a new framework
     * @throws IllegalArgumentException when the flag is neither
     */
    public static MesosLink open(
            String masterFlag, FrameworkInfo framework, Supplier<Optional<String>> frameworkId, LinkListener listener) {
        return new MesosLink(masterFlag, framework, frameworkId, listener);
    }

    /** Makes calls; while there is no connection they are dropped, for a new one asks for everything anew. Any thread. */
    public void send(List<Call> calls) {
        run(() -> {
            if (connection != null && connection.id != null) {
                connection.unsent.addAll(calls);
                sendNext(connection);
            }
        });
    }

    private void run(Runnable action) {
        try {
            thread.execute(action);
        } catch (RejectedExecutionException e) {
            LOG.debug("the link is closed: {}", e.getMessage());
        }
    }

    private void lead(Optional<MasterInfo> found) {
        if (found.isEmpty()) {
            return; // masters lead without ZooKeeper, too: whether this one does, the connection tells
        }
        leader = found;
        if (connection != null && connection.masterId.equals(found.map(MasterInfo::getId))) {
            return;
        }
        disconnect();
        retryMs = RETRY_MIN_MS;
        connect();
    }

    private void connect() {
        if (connection != null || leader.isEmpty()) {
            return;
        }
        MasterInfo master = leader.get();
        String host = master.getAddress().getIp();
        Connection attempt = new Connection(
                URI.create("http://" + host + ":" + master.getAddress().getPort() + "/api/v1/scheduler"));
        connection = attempt;
        Call.Builder subscribe = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        FrameworkInfo.Builder info = framework.toBuilder();
        frameworkId.get().ifPresent(id -> {
            subscribe.setFrameworkId(FrameworkID.newBuilder().setValue(id));
            info.setId(FrameworkID.newBuilder().setValue(id));
        });
        subscribe.setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
        attempt.stream = EventStream.open(
                attempt.endpoint,
                MediaType.PROTOBUF,
                subscribe.build(),
                Event.getDefaultInstance(),
                new EventStream.Listener<>() {
                    @Override
                    public void connected(URI endpoint, String streamId) {
                        onConnection(attempt, () -> {
                            attempt.endpoint = endpoint;
                            attempt.streamId = Optional.ofNullable(streamId);
                        });
                    }

                    @Override
                    public void event(Event event) {
                        onConnection(attempt, () -> heard(attempt, event));
                    }

                    @Override
                    public void closed(Throwable causeOrNull) {
                        onConnection(attempt, () -> lost(causeOrNull));
                    }
                });
    }

    private void onConnection(Connection of, Runnable action) {
        run(() -> {
            if (connection == of) {
                action.run();
            }
        });
    }

    private void heard(Connection on, Event event) {
        on.heardNs = System.nanoTime();
        switch (event.getType()) {
            case SUBSCRIBED -> {
                on.id = event.getSubscribed().getFrameworkId();
                on.masterId = Optional.of(event.getSubscribed().getMasterInfo().getId());
                if (event.getSubscribed().hasHeartbeatIntervalSeconds()) {
                    on.heartbeatSeconds = event.getSubscribed().getHeartbeatIntervalSeconds();
                }
                retryMs = RETRY_MIN_MS;
                LOG.info("subscribed to {} as {}", on.endpoint, on.id.getValue());
                listener.subscribed(on.id.getValue());
            }
            case OFFERS -> listener.offers(event.getOffers().getOffersList());
            case UPDATE -> listener.update(event.getUpdate().getStatus());
            case ERROR -> refused(event.getError().getMessage());
            // Offers are answered as they come: none is held that could be rescinded. An agent's loss comes again as
            // updates of its tasks, and nothing of ours sends messages.
            default -> LOG.debug("nothing to do for {}", event.getType());
        }
    }

    private void refused(String message) {
        LOG.error("the master ends the subscription: {}", message);
        if (message.contains("failed over")) {
            disconnect();
            listener.superseded(message);
        } else if (message.contains("removed") || message.contains("completed") || message.contains("torn down")) {
            disconnect();
            CompletableFuture<Void> unused =
                    listener.frameworkRemoved().whenComplete((done, failure) -> run(this::retryLater));
        } else {
            lost(null);
        }
    }

    private void lost(Throwable cause) {
        LOG.warn(
                "the connection to {} is lost: {}",
                connection.endpoint,
                cause == null ? "closed by the master" : String.valueOf(cause.getMessage()));
        disconnect();
        if (cause instanceof UnexpectedStatusException refusal && refusal.status() == UNAVAILABLE) {
            retryMs = RETRY_MIN_MS; // it is named leader and does not lead yet: a matter of seconds at most
        }
        retryLater();
    }

    private void retryLater() {
        Future<?> unused = thread.schedule(this::connect, retryMs, TimeUnit.MILLISECONDS);
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
    }

    private void disconnect() {
        if (connection == null) {
            return;
        }
        boolean subscribed = connection.id != null;
        connection.stream.close();
        connection = null;
        if (subscribed) {
            listener.disconnected();
        }
    }

    private void checkHeartbeat() {
        if (connection == null || connection.id == null) {
            return;
        }
        double silentSeconds = (System.nanoTime() - connection.heardNs) / 1e9;
        if (silentSeconds > HEARTBEATS_MISSED_MAX * connection.heartbeatSeconds) {
            lost(new IllegalStateException("nothing was heard for " + (long) silentSeconds + " s"));
        }
    }

    private void sendNext(Connection on) {
        if (on.calling || on.unsent.isEmpty()) {
            return;
        }
        on.calling = true;
        Call call = on.unsent.poll().toBuilder().setFrameworkId(on.id).build();
        CompletableFuture<CallResult> unused = client.post(on.endpoint, MediaType.PROTOBUF, call, on.streamId)
                .whenComplete((result, failure) -> onConnection(on, () -> {
                    on.calling = false;
                    answered(call, result, failure);
                    if (connection == on) {
                        sendNext(on);
                    }
                }));
    }

    private void answered(Call call, CallResult result, Throwable failure) {
        // Whether such a call was heard nobody knows: subscribing again brings both sides together.
        if (failure != null) {
            lost(failure);
        } else if (result.status() / 100 == 5) {
            lost(new IllegalStateException(call.getType() + " was answered " + result.status() + ": " + result.text()));
        } else if (!result.ok()) {
            LOG.error("{} was answered {}: {}", call.getType(), result.status(), result.text());
            if (call.getType() == Call.Type.ACCEPT) {
                listener.launchRefused(call.getAccept().getOperationsList().stream()
                        .flatMap(operation -> operation.getLaunch().getTaskInfosList().stream())
                        .map(task -> task.getTaskId().getValue())
                        .toList());
            }
            if (result.status() == 403 || result.status() / 100 == 3) {
                lost(new IllegalStateException("the master does not know this subscription"));
            }
        }
    }

    /** Ends the connection; the framework stays registered and its tasks run until its failover timeout. */
    @Override
    public void close() {
        detector.close();
        run(() -> {
            if (connection != null) {
                connection.stream.close();
                connection = null;
            }
            leader = Optional.empty();
        });
        thread.shutdown();
    }
}
