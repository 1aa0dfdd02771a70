package io.gatun.marathon.runtime;

import io.gatun.marathon.state.Core;
import io.gatun.marathon.state.Event;
import io.gatun.marathon.state.Outcome;
import io.gatun.marathon.state.RequestException;
import io.gatun.marathon.state.Snapshot;
import io.gatun.marathon.store.Store;
import io.gatun.mesos.v1.scheduler.Call;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.ObjLongConsumer;

/**
 * The one thread that owns a {@link Core}. It takes commands in batches; of each batch, first all changes are stored,
 * then the calls are sent, then a new snapshot is published, then those who gave the commands get their answers. When
 * the store fails nothing of the batch leaves the process, and the loop ends.
 */
public final class CoreLoop implements AutoCloseable {
    private static final int QUEUE_MAX = 65_536;
    private static final int BATCH_MAX = 512;
    private static final int CLOSE_WAIT_MS = 1_000;

    /** Receives what leaves the loop; called on its thread. */
    public interface Outlet {
        /** To the master; must not block. */
        void send(List<Call> calls);

        /** To subscribers of events; must not block. */
        void tell(List<Event> events);

        /** The loop has ended because it could not go on; it must be closed. */
        void failed(RuntimeException reason);
    }

    private record Command<T>(BiFunction<Core, Long, T> action, CompletableFuture<T> answer) {}

    private final BlockingQueue<Command<?>> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Core core;
    private final Store store;
    private final Outlet outlet;
    private final InstantSource clock;
    private final Thread thread;
    private volatile Snapshot snapshot;
    private volatile boolean closed;

    /** Builds a loop; nothing happens before {@link #start}. */
    public CoreLoop(Core core, Store store, Outlet outlet, InstantSource clock) {
        this.core = core;
        this.store = store;
        this.outlet = outlet;
        this.clock = clock;
        this.snapshot = core.snapshot();
        this.thread = Thread.ofPlatform().name("marathon-core").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** The state after the last batch. Any thread. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /**
     * Has an action done on the core, which gets the time in milliseconds since 1970. Any thread.
     *
     * @return its result, once what it changed is stored; fails with what the action threw, or with a
     *     {@link RequestException} 503 when the loop has too much to do or has ended
     */
    public <T> CompletableFuture<T> submit(BiFunction<Core, Long, T> action) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (closed || !queue.offer(new Command<>(action, answer))) {
            answer.completeExceptionally(
                    unavailable(closed ? "this Marathon does not lead" : "too many requests wait"));
        }
        return answer;
    }

    /** As {@link #submit}, for actions without a result; if the loop has ended there is nothing left to act on. */
    public void post(ObjLongConsumer<Core> action) {
        CompletableFuture<Object> unused = submit((core, nowMs) -> {
                    action.accept(core, nowMs);
                    return (Object) null;
                })
                .exceptionally(e -> {
                    if (!closed) {
                        outlet.failed(new IllegalStateException("the state machine refused an event", e));
                    }
                    return null;
                });
    }

    private static RequestException unavailable(String why) {
        return new RequestException(503, why);
    }

    private void run() {
        List<Runnable> answers = new ArrayList<>();
        List<Command<?>> batch = new ArrayList<>();
        long wakeMs = 0;
        try {
            while (!closed) {
                Command<?> first = await(wakeMs);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH_MAX - 1);
                }
                for (Command<?> command : batch) {
                    apply(command, answers);
                }
                wakeMs = core.converge(clock.millis());
                publish();
                answers.forEach(Runnable::run);
                answers.clear();
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            boolean wanted = closed;
            closed = true;
            if (!wanted) {
                outlet.failed(e);
            }
        } finally {
            closed = true;
            batch.addAll(queue);
            batch.forEach(command ->
                    command.answer.completeExceptionally(unavailable("this Marathon does not lead any more")));
        }
    }

    private Command<?> await(long wakeMs) throws InterruptedException {
        if (wakeMs == Long.MAX_VALUE) {
            return queue.take();
        }
        return queue.poll(Math.max(0, wakeMs - clock.millis()), TimeUnit.MILLISECONDS);
    }

    private <T> void apply(Command<T> command, List<Runnable> answers) {
        try {
            T result = command.action.apply(core, clock.millis());
            answers.add(() -> command.answer.complete(result));
        } catch (RuntimeException e) {
            answers.add(() -> command.answer.completeExceptionally(e));
        }
    }

    private void publish() {
        Outcome outcome = core.drain();
        if (!outcome.changes().isEmpty()) {
            store.commit(outcome.changes());
        }
        if (!outcome.calls().isEmpty()) {
            outlet.send(outcome.calls());
        }
        snapshot = core.snapshot();
        if (!outcome.events().isEmpty()) {
            outlet.tell(outcome.events());
        }
    }

    /** Ends the thread; commands not yet answered fail. Waits at most 1 s. */
    @Override
    public void close() {
        closed = true;
        // Wakes the thread, which then ends after its batch. A full queue has it awake already.
        boolean unused = queue.offer(new Command<>((core, nowMs) -> null, new CompletableFuture<>()));
        try {
            if (Thread.currentThread() != thread) {
                thread.join(CLOSE_WAIT_MS);
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
