package io.gatun.master.runtime;

import io.gatun.master.MasterContext.Reply;
import io.gatun.master.OperatorSink;
import io.gatun.master.log.CriticalThread;
import io.gatun.master.registry.RegistryException;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.registry.RegistryView;
import io.gatun.master.state.Command;
import io.gatun.master.state.Effect;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.master.state.MasterState;
import io.gatun.mesos.v1.master.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The single writer of one term: takes commands in batches, applies them, and sends what must not be forgotten to the
 * registry log, one entry for the whole batch. It goes on with the next ones meanwhile; a batch's snapshot is published and
 * its effects are carried out when it is committed, in order.
 */
public final class StateThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateThread.class);
    /** Commands that may wait; beyond this callers are told 503. */
    private static final int QUEUE_CAPACITY = 1 << 14;
    /** Bounds the time between a command and its effects while the queue is never empty. */
    private static final int BATCH_MAX = 512;

    private static final long PARK_MAX_MS = 60_000;
    /** How often a write that does not end is looked at. */
    private static final long PARK_WRITING_MS = 100;

    private static final long JOIN_MS = 2_000;

    /**
     * What effects go to.
     *
     * @param log of this term
     * @param storeTimeout a write to {@code log} that takes longer ends the term
     * @param storeNs told how long each batch with something to write took
     * @param allocationNs told how long each allocation run took
     */
    public record Outlets(
            RegistryLog log,
            Duration storeTimeout,
            Streams streams,
            OperatorSink operators,
            LongConsumer storeNs,
            LongConsumer allocationNs) {}

    /** Told on the state thread. */
    public interface Owner {
        /** What the term begins with is committed, and the first snapshot is there: commands may come. */
        void ready(StateThread thread);

        /** The term cannot go on; told once, and not when it was closed. */
        void failed(Throwable cause);
    }

    private final MasterState state;
    private final Outlets outlets;
    private final EpochClock clock;
    private final Owner owner;
    private final ManyToOneConcurrentArrayQueue<Command> queue = new ManyToOneConcurrentArrayQueue<>(QUEUE_CAPACITY);
    private final Thread thread;
    private final Pipeline pipeline;

    private volatile MasterSnapshot snapshot;
    private volatile boolean running = true;
    private long version;

    /** Prepares a term. */
    public StateThread(MasterState state, Outlets outlets, EpochClock clock, Owner owner) {
        this.state = state;
        this.outlets = outlets;
        this.clock = clock;
        this.owner = owner;
        this.thread = Thread.ofPlatform().name("gatun-master-state").unstarted(this::run);
        this.pipeline = new Pipeline(outlets.log(), () -> LockSupport.unpark(thread));
    }

    /** Takes over the registry, on the calling thread, and begins to apply commands; see {@link Owner#ready}. */
    public void start(RegistryView registry) {
        send(state.recover(registry, clock.nowMs()));
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

    /** The newest published state, null before the term is ready; from any thread. */
    public MasterSnapshot snapshot() {
        return snapshot;
    }

    private void run() {
        try {
            while (running) {
                int done = complete();
                if (!pipeline.full()) {
                    done += cycle();
                }
                if (done == 0) {
                    park();
                }
            }
        } catch (RuntimeException | Error e) {
            // The state may be half changed, or tell of what was never committed: nothing may be built on it.
            boolean closed = !running;
            running = false;
            if (!closed) {
                owner.failed(e);
            }
        } finally {
            running = false;
            outlets.streams().closeAll();
            outlets.operators().closeAll();
        }
    }

    private void park() {
        long oldestNs = pipeline.oldestNs();
        if (oldestNs > outlets.storeTimeout().toNanos()) {
            throw new RegistryException("registry write took longer than " + outlets.storeTimeout());
        }
        long waitMs = state.nextDeadlineMs() - clock.nowMs();
        if (pipeline.full() || (waitMs > 0 && queue.isEmpty())) {
            long limitMs = oldestNs > 0 ? PARK_WRITING_MS : PARK_MAX_MS;
            // Not for 0 ns: that would be for ever.
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(Math.clamp(waitMs, 1, limitMs)));
        }
    }

    /** Carries out what has been committed; returns how many batches. */
    private int complete() {
        int completed = 0;
        for (Pipeline.Batch batch = pipeline.poll(); batch != null; batch = pipeline.poll()) {
            if (batch.writes()) {
                outlets.storeNs().accept(System.nanoTime() - batch.sentNs());
            }
            boolean first = snapshot == null;
            snapshot = batch.snapshot();
            dispatch(batch.effects());
            if (first) {
                CriticalThread.begin(); // nobody calls before
                owner.ready(this);
            }
            completed++;
        }
        return completed;
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
            send(effects);
        }
        return applied;
    }

    private void send(List<Effect> effects) {
        version++;
        pipeline.add(effects, state.snapshot(version));
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
                case Effect.News text -> LOG.info(text.text());
            }
        }
        if (!events.isEmpty()) {
            outlets.operators().publish(snapshot, events);
        }
    }

    /** Ends the term: commands that wait are dropped, streams end, nothing more is written. Returns when that is done. */
    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        boolean interrupted = false;
        while (Thread.currentThread() != thread) {
            try {
                if (thread.join(Duration.ofMillis(JOIN_MS))) {
                    break;
                }
                LOG.error("The master's state thread did not end within {} ms; waiting", JOIN_MS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
