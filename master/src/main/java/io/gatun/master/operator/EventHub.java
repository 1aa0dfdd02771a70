package io.gatun.master.operator;

import io.gatun.master.OperatorSink;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.http.EncodedMessage;
import io.gatun.mesos.v1.master.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjDoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the master's events on to all subscribers of the operator API. The state thread only hands a batch over; encoding
 * and sending happen on a thread of this hub. Everything is bounded: a hub that falls too far behind, and a subscriber that
 * reads too slowly, lose the stream instead of the master its memory (MESOS-7748), and start over from a new snapshot.
 */
public final class EventHub implements OperatorSink, MetricSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
    private static final int QUEUED_BATCHES_MAX = 65_536;
    private static final long KEPT_BYTES_MAX = 32L << 20;

    private final int maxSubscribers;
    private final Deque<Subscriber> subscribers = new ArrayDeque<>();
    private final AtomicInteger generation = new AtomicInteger();
    private final ThreadPoolExecutor thread;

    /** @param maxSubscribers streams at a time; one more closes the oldest */
    public EventHub(int maxSubscribers) {
        this.maxSubscribers = maxSubscribers;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUED_BATCHES_MAX),
                Thread.ofPlatform().name("gatun-operator-events").daemon().factory());
    }

    @Override
    public void publish(MasterSnapshot after, List<Event> events) {
        long version = after.version();
        int now = generation.get();
        try {
            thread.execute(() -> deliver(now, version, events));
        } catch (RejectedExecutionException e) {
            if (!thread.isShutdown()) {
                LOG.warn("{} batches of events wait to be sent: all operator streams are closed", QUEUED_BATCHES_MAX);
                closeAll();
            }
        }
    }

    /**
     * Makes a subscriber known. It gets every event that leads beyond a snapshot which is looked at afterwards, and must be
     * {@link #unsubscribe unsubscribed} in the end.
     */
    Subscriber subscribe() {
        Subscriber subscriber = new Subscriber(KEPT_BYTES_MAX);
        Subscriber oldest = null;
        synchronized (subscribers) {
            if (subscribers.size() >= maxSubscribers) {
                oldest = subscribers.pollFirst();
            }
            subscribers.addLast(subscriber);
        }
        if (oldest != null) {
            LOG.info("More than {} operator streams: the oldest is closed", maxSubscribers);
            oldest.close();
        }
        return subscriber;
    }

    /** Forgets a stream that has ended. */
    void unsubscribe(Subscriber subscriber) {
        synchronized (subscribers) {
            subscribers.remove(subscriber);
        }
    }

    @Override
    public void closeAll() {
        // Batches that still wait belong to the state that ends here; a later one counts its versions anew.
        generation.incrementAndGet();
        List<Subscriber> closing;
        synchronized (subscribers) {
            closing = List.copyOf(subscribers);
            subscribers.clear();
        }
        closing.forEach(Subscriber::close);
    }

    @Override
    public void collect(ObjDoubleConsumer<String> sink) {
        synchronized (subscribers) {
            sink.accept("master/operator_event_stream_subscribers", subscribers.size());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        closeAll();
    }

    private void deliver(int batchGeneration, long version, List<Event> events) {
        List<Subscriber> now;
        synchronized (subscribers) {
            now = new ArrayList<>(subscribers);
        }
        if (now.isEmpty() || batchGeneration != generation.get()) {
            return;
        }
        List<EncodedMessage> encoded = events.stream().map(EncodedMessage::new).toList();
        now.forEach(subscriber -> subscriber.deliver(version, encoded));
    }
}
