package io.gatun.master.runtime;

import io.gatun.master.MasterContext.Reply;
import io.gatun.master.OperatorSink;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.registry.RegistryView;
import io.gatun.master.state.Command;
import io.gatun.master.state.Effect;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.master.state.MasterState;
import io.gatun.mesos.v1.master.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single writer of one term: takes commands in batches, applies them, forces what must not be forgotten to the
 * registry log in one write for the whole batch, publishes the snapshot, and only then carries out the effects.
 */
public final class StateThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateThread.class);
    /** Commands that may wait; beyond this callers are told 503. */
    private static final int QUEUE_CAPACITY = 1 << 14;
    /** Bounds the time between a command and its effects while the queue is never empty. */
    private static final int BATCH_MAX = 512;

    private static final long PARK_MAX_MS = 60_000;
    private static final long JOIN_MS = 2_000;

    /**
     * What effects go to.
     *
     * @param log recovered; the thread closes it at its end
     * @param storeTimeout a write to {@code log} that takes longer ends the term
     * @param storeNs told how long each write took
     * @param allocationNs told how long each allocation run took
     */
    public record Outlets(
            RegistryLog log,
            Duration storeTimeout,
            Streams streams,
            OperatorSink operators,
            LongConsumer storeNs,
            LongConsumer allocationNs) {}

    private final MasterState state;
    private final Outlets outlets;
    private final EpochClock clock;
    private final Consumer<Throwable> onFailure;
    private final ManyToOneConcurrentArrayQueue<Command> queue = new ManyToOneConcurrentArrayQueue<>(QUEUE_CAPACITY);
    private final Thread thread;

    private volatile MasterSnapshot snapshot;
    private volatile boolean running = true;
    private long version;

    /**
     * Prepares a term.
     *
     * @param onFailure told once, on the state thread, when the term cannot go on
     */
    public StateThread(MasterState state, Outlets outlets, EpochClock clock, Consumer<Throwable> onFailure) {
        this.state = state;
        this.outlets = outlets;
        this.clock = clock;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name("gatun-master-state").unstarted(this::run);
    }

    /** Recovers and begins to apply commands; the snapshot is there when this returns. */
    public void start(RegistryView registry) {
        List<Effect> effects = state.recover(registry, clock.nowMs());
        persist(effects);
        publish();
        dispatch(effects);
        thread.start();
    }

    /** From any thread; false when the queue is full or the term is over. */
    public boolean submit(Command command) {
        if (!running || !queue.offer(command)) {
            return false;
        }
        LockSupport.unpark(thread);
        return true;
    }

    /** The newest published state; from any thread. */
    public MasterSnapshot snapshot() {
        return snapshot;
    }

    private void run() {
        try {
            while (running) {
                if (cycle() == 0) {
                    long waitMs = state.nextDeadlineMs() - clock.nowMs();
                    if (waitMs > 0 && queue.isEmpty()) {
                        LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(Math.min(waitMs, PARK_MAX_MS)));
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            // The state may be half changed: nothing may be built on it. The next term begins from the registry.
            LOG.error("The master's state thread cannot go on", e);
            running = false;
            onFailure.accept(e);
        } finally {
            running = false;
            outlets.streams().closeAll();
            outlets.log().close();
        }
    }

    /** Returns how many commands were applied. */
    private int cycle() {
        List<Effect> effects = new ArrayList<>();
        long nowMs = clock.nowMs();
        int applied = queue.drain(command -> effects.addAll(state.apply(command, nowMs)), BATCH_MAX);
        if (state.nextDeadlineMs() <= nowMs) {
            effects.addAll(state.apply(new Command.Tick(), nowMs));
            applied++;
        }
        if (state.allocationPending()) {
            long startNs = System.nanoTime();
            effects.addAll(state.apply(new Command.Allocate(), nowMs));
            outlets.allocationNs().accept(System.nanoTime() - startNs);
            applied++;
        }
        if (applied > 0) {
            persist(effects);
            publish();
            dispatch(effects);
        }
        return applied;
    }

    private void persist(List<Effect> effects) {
        List<RegistryRecord> records = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist(RegistryRecord record)) {
                records.add(record);
            }
        }
        if (records.isEmpty()) {
            return;
        }
        long startNs = System.nanoTime();
        try {
            outlets.log().append(records).get(outlets.storeTimeout().toMillis(), TimeUnit.MILLISECONDS);
            outlets.storeNs().accept(System.nanoTime() - startNs);
        } catch (ExecutionException e) {
            throw new IllegalStateException("registry write of " + records.size() + " records failed", e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "registry write of " + records.size() + " records took longer than " + outlets.storeTimeout(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing the registry", e);
        }
    }

    private void publish() {
        version++;
        snapshot = state.snapshot(version);
    }

    private void dispatch(List<Effect> effects) {
        Streams streams = outlets.streams();
        List<Event> events = new ArrayList<>();
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Persist persisted -> {
                    // Done before.
                }
                case Effect.Reply reply -> streams.reply(reply.requestId(), new Reply(reply.status(), reply.body()));
                case Effect.SendScheduler send -> streams.toScheduler(send.streamId(), send.event());
                case Effect.CloseScheduler close -> streams.closeScheduler(close.streamId());
                case Effect.SendAgent send -> streams.toAgent(send.streamId(), send.event());
                case Effect.CloseAgent close -> streams.closeAgent(close.streamId());
                case Effect.OperatorEvent event -> events.add(event.event());
                case Effect.Log text -> LOG.warn(text.text());
            }
        }
        if (!events.isEmpty()) {
            outlets.operators().publish(snapshot, events);
        }
    }

    /** Ends the term: commands that wait are dropped, streams end. Returns within 2 s. */
    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        try {
            if (Thread.currentThread() != thread && !thread.join(Duration.ofMillis(JOIN_MS))) {
                LOG.error("The master's state thread did not end within {} ms", JOIN_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
