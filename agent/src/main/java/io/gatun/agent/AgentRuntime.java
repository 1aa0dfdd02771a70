package io.gatun.agent;

import io.gatun.agent.container.ApiContainers;
import io.gatun.agent.container.StandaloneStore;
import io.gatun.agent.http.AgentRoutes;
import io.gatun.agent.http.AgentView;
import io.gatun.agent.store.DurableFiles;
import io.gatun.agent.store.Layout;
import io.gatun.agent.store.MetaStore;
import io.gatun.agent.store.RecoveredAgent;
import io.gatun.agent.store.Sandboxes;
import io.gatun.containerizer.Containerizer;
import io.gatun.containerizer.ContainerizerConfig;
import io.gatun.containerizer.KernelProbe;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.http.HttpHost;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens what an agent consists of, in order, and closes it in reverse. */
final class AgentRuntime implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(AgentRuntime.class);
    /** Recovery waits for the containerizer, which may have to destroy orphans. */
    private static final long RECOVERY_MAX_SECONDS = 60;

    /** Reached only by an agent whose thread, or whose disk, stands still. */
    private static final long STOP_MAX_MS = 10_000;

    private final AgentConfig config;
    private final Layout layout;
    private final MetaStore meta;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final AgentLoop loop = new AgentLoop(this::failed);
    private final SnapshotSource snapshots = new SnapshotSource(loop, this::render);
    private final StandaloneStore standalone;
    private AgentParts parts;
    private AgentCore core;
    private Registration registration;
    private Housekeeping housekeeping;
    private HttpHost http;
    private double startTime;

    AgentRuntime(AgentConfig config) {
        this.config = config;
        this.layout = new Layout(config.workDir());
        this.meta = new MetaStore(layout);
        this.standalone = new StandaloneStore(config.workDir());
    }

    /** @param known what the machine has; empty to look */
    void start(ContainerizerOpener containerizers, Optional<Host> known) {
        startTime = loop.now();
        opened.push(loop);
        opened.push(WorkDirLock.take(config.workDir()));
        Host host = known.orElseGet(() -> Host.detect(config.workDir()));
        Resources offered = Offering.of(config.flags().resources, host);
        OfferedDisks.check(offered, config);
        AgentInfo.Builder info = AgentInfo.newBuilder()
                .setHostname(config.hostname())
                .addAllResources(offered.toProtos())
                .addAllAttributes(Attributes.parse(config.flags().attributes));
        boolean rebooted = meta.bootId().filter(id -> !id.equals(host.bootId())).isPresent();
        if (rebooted) {
            // Where the runtime directory is not on a tmpfs it tells of processes of another boot.
            DurableFiles.removeTree(config.runtimeDir().resolve("containers"));
        }
        Optional<RecoveredAgent> predecessor = predecessor();
        Containerizer containerizer = containers(containerizers, offered);
        opened.push(containerizer);
        AgentRoutes routes = new AgentRoutes();
        listen(routes);
        assemble(containerizer, info.setPort(port()), offered, predecessor);
        onLoop(() -> recover(predecessor, rebooted));
        TaskHealth health = new TaskHealth(parts.book(), parts.statuses(), parts.reports());
        containerizer.onHealth((id, healthy) -> loop.execute(() -> health.checked(id, healthy)));
        meta.saveBootId(host.bootId());
        routes.ready(new AgentView(
                snapshots::current,
                containerizer,
                new ApiContainers(containerizer, standalone),
                layout,
                FlagTexts.of(config.flags())));
        onLoop(this::register);
        onLoop(housekeeping::start);
    }

    int port() {
        return http.port();
    }

    Containerizer containerizer() {
        return parts.containerizer();
    }

    CompletableFuture<Throwable> failure() {
        return failure;
    }

    CompletableFuture<AgentSnapshot> snapshot() {
        return snapshots.current();
    }

    /** False when the agent has ended. */
    boolean execute(Consumer<AgentCore> action) {
        return loop.offer(() -> action.accept(core));
    }

    /** Says good-bye to the master by closing the stream; waits for that at most 10 s. */
    void stopLink() {
        try {
            onLoop(registration::stop, STOP_MAX_MS);
        } catch (IllegalStateException | CompletionException e) {
            LOGGER.debug("no good-bye to the master: {}", e.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        while (!opened.isEmpty()) {
            AutoCloseable next = opened.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOGGER.warn("closing {}", next, e);
            }
        }
    }

    /** What the last agent left; empty too when it is not wanted any more. */
    private Optional<RecoveredAgent> predecessor() {
        Optional<RecoveredAgent> left = meta.recover();
        if (left.isPresent() && !config.reconnect()) {
            left.get().tasks().forEach(task -> task.log().close());
            meta.forgetAgent(left.get().info().getId().getValue());
            return Optional.empty();
        }
        return left;
    }

    private Containerizer containers(ContainerizerOpener containerizers, Resources offered) {
        ContainerParts wanted;
        AgentContainerizers others;
        try {
            wanted = ContainerParts.of(config, offered);
            others = AgentContainerizers.of(config);
        } catch (IllegalArgumentException e) {
            String[] parts = String.valueOf(e.getMessage()).split(": ", 2);
            throw new StartupException("--" + parts[0], parts[parts.length - 1], "correct the flag", e);
        }
        try {
            return others.open(() -> {
                ContainerizerConfig where = new ContainerizerConfig(
                                config.runtimeDir(), config.flags().cgroupsRoot, config.flags().allowUnenforcedLimits)
                        .with(wanted.isolators())
                        .with(config.perf())
                        .with(SecurityFlags.policy(config.flags(), KernelProbe.rights()));
                // Opened before the containerizer is, and so closed after it.
                return containerizers.open(
                        where, limiter -> wanted.open(config.runtimeDir(), config.workDir(), limiter, opened::push));
            });
        } catch (IllegalArgumentException e) {
            throw new StartupException(
                    "--runtime_dir or --cgroups_root", String.valueOf(e.getMessage()), "correct the flag", e);
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new StartupException(
                    "--runtime_dir=" + config.runtimeDir() + " --cgroups_root=" + config.flags().cgroupsRoot,
                    String.valueOf(e.getMessage()),
                    "stop the other agent, or give this one its own",
                    e);
        }
    }

    private void listen(AgentRoutes routes) {
        Vertx vertx = HttpHost.vertx();
        opened.push(
                () -> vertx.close().toCompletionStage().toCompletableFuture().get(1, TimeUnit.SECONDS));
        Router router = HttpHost.router(vertx);
        routes.mount(router);
        http = HttpHost.listen(vertx, config.flags().ip, config.flags().port, router);
        opened.push(http);
    }

    private void assemble(
            Containerizer containerizer,
            AgentInfo.Builder info,
            Resources offered,
            Optional<RecoveredAgent> predecessor) {
        predecessor.ifPresent(agent -> info.setId(agent.info().getId()));
        String endpoint = config.advertisedIp() + ":" + port();
        LaunchPool pool = new LaunchPool();
        opened.push(pool);
        Sandboxes sandboxes = new Sandboxes(layout);
        TaskBook book = new TaskBook(layout, config.flags().maxCompletedExecutorsPerFramework);
        UpdateManager updates = new UpdateManager(loop, (key, status) -> registration.send(key, status));
        parts = new AgentParts(
                config,
                loop,
                pool,
                containerizer,
                meta,
                CheckpointedTotal.open(
                        offered.unallocated(), meta, config.containers().volumes(), pool),
                book,
                updates,
                new TaskReports(updates, snapshots::stale),
                new Statuses(loop, config.advertisedIp()),
                new TaskLauncher(containerizer, sandboxes, new UriDownloads(), config, endpoint));
        core = new AgentCore(parts);
        registration = new Registration(
                parts,
                core,
                info.build(),
                "slave(1)@" + endpoint,
                new Backoff(config.registrationBackoffFactor(), new SplittableRandom()));
        SandboxGc gc = new SandboxGc(layout, sandboxes, config.gcDelay(), config.flags().gcDiskHeadroom);
        housekeeping = new Housekeeping(parts, gc, config.diskWatchInterval());
        opened.push(() -> onLoop(updates::closeAll, STOP_MAX_MS));
    }

    private void recover(Optional<RecoveredAgent> predecessor, boolean rebooted) {
        if (predecessor.isEmpty()) {
            parts.containerizer().recover(standalone.ids());
            return;
        }
        new Recovery(parts, core, standalone).run(predecessor.get(), rebooted);
        Resources total = parts.total().resources();
        Resources used = Resources.NONE;
        for (AgentTask task : parts.book().tasks()) {
            if (task.phase() != AgentTask.Phase.ENDED) {
                used = used.plus(Resources.of(task.info().getResourcesList()).unallocated());
            }
        }
        if (!total.contains(used)) {
            throw new StartupException(
                    "resources " + total,
                    "the tasks that still run here use " + used,
                    "offer at least that with --resources, or end them with --recover=cleanup");
        }
    }

    private void register() {
        try {
            registration.start();
        } catch (IllegalArgumentException e) {
            throw AgentConfig.invalid("--master", config.flags().master, String.valueOf(e.getMessage()));
        }
    }

    private AgentSnapshot render() {
        return new AgentSnapshot(
                registration.info(),
                parts.total().resources(),
                "slave(1)@" + config.advertisedIp() + ":" + port(),
                startTime,
                registration.master(),
                registration.registered(),
                registration.draining(),
                parts.book().views(),
                parts.book().completedViews(),
                parts.reports().counters());
    }

    /** Runs an action on the loop and waits; what it throws comes back here and does not end the loop. */
    private void onLoop(Runnable action) {
        onLoop(action, TimeUnit.SECONDS.toMillis(RECOVERY_MAX_SECONDS));
    }

    private void onLoop(Runnable action, long maxMs) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean accepted = loop.offer(() -> {
            try {
                action.run();
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
        if (!accepted) {
            throw new IllegalStateException("the agent's thread has ended");
        }
        try {
            // After a failure nothing runs that was queued.
            var unused = failure.thenAccept(
                    why -> done.completeExceptionally(new IllegalStateException("the agent's thread has ended", why)));
            done.orTimeout(maxMs, TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw e;
        }
    }

    private void failed(Throwable why) {
        LOGGER.error("the agent stops: its state on disk and in memory may differ; its tasks go on", why);
        failure.complete(why);
    }
}
