package io.gatun.marathon.runtime;

import io.gatun.marathon.state.Core;
import io.gatun.marathon.state.CoreConfig;
import io.gatun.marathon.state.Event;
import io.gatun.marathon.store.Store;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One time of leading: from what the store holds to the moment at which leadership or the store is lost. */
public final class Term implements AutoCloseable, CoreLoop.Outlet, LinkListener {
    private final CoreLoop loop;
    private final Consumer<List<Event>> events;
    private final Consumer<String> ended;
    private volatile MesosLink link;

    private Term(Store store, CoreConfig config, Consumer<List<Event>> events, Consumer<String> ended) {
        this.events = events;
        this.ended = ended;
        Core core = new Core(store.load(), config, new SecureRandom(), UUID::randomUUID);
        this.loop = new CoreLoop(core, store, this, InstantSource.system());
    }

    /**
     * Loads the state and goes to work.
     *
     * @param events told on the state machine's thread
     * @param ended told, with the reason, when the term cannot go on; it must then be closed
     * @throws io.gatun.marathon.store.StoreException when the state cannot be read
     */
    public static Term begin(
            Store store,
            CoreConfig config,
            String masterFlag,
            FrameworkInfo framework,
            Consumer<List<Event>> events,
            Consumer<String> ended) {
        Term term = new Term(store, config, events, ended);
        term.link =
                MesosLink.open(masterFlag, framework, () -> term.loop.snapshot().frameworkId(), term);
        // Not before there is a link: what the first events cause to be called would be lost.
        term.loop.start();
        return term;
    }

    public CoreLoop loop() {
        return loop;
    }

    @Override
    public void send(List<Call> calls) {
        link.send(calls);
    }

    @Override
    public void tell(List<Event> news) {
        events.accept(news);
    }

    @Override
    public void failed(RuntimeException reason) {
        ended.accept(String.valueOf(reason.getMessage()));
    }

    @Override
    public void subscribed(String frameworkId) {
        loop.post((core, nowMs) -> core.subscribed(frameworkId, nowMs));
    }

    @Override
    public void disconnected() {
        loop.post((core, nowMs) -> core.disconnected());
    }

    @Override
    public void offers(List<Offer> offers) {
        loop.post((core, nowMs) -> core.offers(offers, nowMs));
    }

    @Override
    public void update(TaskStatus status) {
        loop.post((core, nowMs) -> core.update(status, nowMs));
    }

    @Override
    public void launchRefused(List<String> taskIds) {
        loop.post((core, nowMs) -> core.launchRefused(taskIds));
    }

    @Override
    public CompletableFuture<Void> frameworkRemoved() {
        return loop.submit((core, nowMs) -> {
            core.frameworkRemoved();
            return null;
        });
    }

    @Override
    public void superseded(String message) {
        ended.accept(message);
    }

    /** Stops within 2 s; the tasks go on. */
    @Override
    public void close() {
        if (link != null) {
            link.close();
        }
        loop.close();
    }
}
