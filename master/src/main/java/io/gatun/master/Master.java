package io.gatun.master;

import io.gatun.master.election.ElectionRoutes;
import io.gatun.master.election.Leadership;
import io.gatun.master.legacy.ChangeRoutes;
import io.gatun.master.legacy.LegacyRoutes;
import io.gatun.master.legacy.VipRoutes;
import io.gatun.master.link.AgentLinkRoutes;
import io.gatun.master.log.http.LogMetrics;
import io.gatun.master.log.http.LogRoutes;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.operator.EventHub;
import io.gatun.master.operator.Metrics;
import io.gatun.master.operator.OperatorRoutes;
import io.gatun.master.operator.TimerStatistics;
import io.gatun.master.registry.RegistryException;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.runtime.EpochClock;
import io.gatun.master.runtime.StateThread;
import io.gatun.master.runtime.Streams;
import io.gatun.master.scheduler.SchedulerRoutes;
import io.gatun.master.state.ClusterPolicy;
import io.gatun.master.state.Command;
import io.gatun.master.state.Counters;
import io.gatun.master.state.Ids;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.master.state.RemovalGauges;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.http.HttpHost;
import io.gatun.mesos.v1.MasterInfo;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A master: listens, takes part in the election, and serves while it leads. */
public final class Master implements AutoCloseable, MasterContext {
    private static final Logger LOG = LoggerFactory.getLogger(Master.class);
    private static final int UNAVAILABLE = 503;
    private static final long VERTX_CLOSE_MS = 2_000;
    private static final long WATCH_MS = 1_000;
    private static final long LEADING_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(2);

    private final MasterFlags flags;
    private final MasterSettings settings;
    private final EpochClock clock = new EpochClock();
    private final long startMs = clock.nowMs();
    private final Vertx vertx = HttpHost.vertx();
    private final Streams streams = new Streams();
    private final EventHub operators;
    private final TimerStatistics storeTime = new TimerStatistics("registrar/state_store_ms");
    private final TimerStatistics allocationTime = new TimerStatistics("allocator/mesos/allocation_run_ms");
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final AtomicBoolean failing = new AtomicBoolean();

    private HttpHost http;
    private MasterInfo info;
    private Term.Office office;
    private MasterSnapshot idle;
    private Cluster cluster;

    private Master(MasterFlags flags) {
        this.flags = flags;
        this.settings = MasterSettings.of(flags);
        this.operators = new EventHub(flags.maxOperatorEventStreamSubscribers);
    }

    /**
     * Starts a master; without {@code --zk} it leads when this returns.
     *
     * @throws StartupException when a flag is wrong, the port is busy or the registry cannot be read
     */
    public static Master launch(MasterFlags flags) {
        Master master = new Master(flags);
        try {
            master.start();
            return master;
        } catch (RuntimeException e) {
            master.close();
            throw e;
        }
    }

    private void start() {
        Router router = HttpHost.router(vertx);
        http = HttpHost.listen(vertx, flags.ip, flags.port, router);
        info = MasterIdentity.of(flags, http.port());
        office = new Term.Office(flags, settings, info, clock, startMs, new Ids(info.getId()));
        idle = new MasterSnapshot(
                0,
                info,
                startMs / 1000.0,
                0,
                List.of(),
                List.of(),
                0,
                List.of(),
                List.of(),
                ClusterPolicy.NONE,
                RemovalGauges.NONE,
                Counters.ZERO);
        cluster = new Cluster(flags, settings, info, this::term);
        Supplier<Optional<LogNode>> replica = () -> cluster.log().node();
        Metrics metrics = new Metrics(
                this,
                Clock.systemUTC(),
                List.of(
                        operators,
                        storeTime,
                        allocationTime,
                        new LogMetrics(replica, () -> cluster.log().reopened())));
        List<Routes> routes = List.of(
                new ElectionRoutes(),
                new SchedulerRoutes(streams),
                new AgentLinkRoutes(streams),
                new OperatorRoutes(operators, metrics),
                new LegacyRoutes(metrics),
                new ChangeRoutes(),
                new VipRoutes(),
                new LogRoutes(replica, () -> cluster.log().status()));
        routes.forEach(part -> part.mount(router, this));
        cluster.start();
        LOG.info("Master {} listens on {}:{}", info.getId(), flags.ip, http.port());
        vertx.setPeriodic(WATCH_MS, id -> cluster.hopeless().ifPresent(this::fail));
        if (settings.zk().isEmpty()) {
            awaitLeading();
        }
    }

    private StateThread term(RegistryLog log, StateThread.Owner owner) {
        StateThread.Outlets outlets = new StateThread.Outlets(
                log, settings.registryStoreTimeout(), streams, operators, storeTime::record, allocationTime::record);
        return Term.of(office, outlets, owner);
    }

    /** Nobody else could lead, so there is nothing to wait for but the disk. */
    private void awaitLeading() {
        long deadlineNs = System.nanoTime() + LEADING_NS;
        while (!recovered()) {
            String trouble = cluster.log().trouble();
            if (!trouble.isEmpty() || System.nanoTime() > deadlineNs) {
                throw new StartupException(
                        "registry in " + settings.log().directory(),
                        trouble.isEmpty() ? "the log has no leader yet" : trouble,
                        "see --work_dir=" + flags.workDir);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Nothing will make this master lead again but a new process, and there is no other. */
    private void fail(String trouble) {
        if (failing.compareAndSet(false, true)) {
            LOG.error("Master {} ends: {}", info.getId(), trouble);
            Thread.ofPlatform().name("gatun-master-end").start(() -> {
                terminated.completeExceptionally(new RegistryException(trouble));
                close();
            });
        }
    }

    /** Completes exceptionally when this master has ended by itself because it could not go on; normally by close. */
    public CompletableFuture<Void> terminated() {
        return terminated.copy();
    }

    /** The port that is listened on, also when {@code --port} is 0. */
    public int port() {
        return info.getPort();
    }

    /** This master's replica of the log. */
    MasterLog log() {
        return cluster.log();
    }

    @Override
    public Supplier<MasterSnapshot> snapshot() {
        return () -> {
            StateThread now = cluster.log().terms().current();
            return now == null ? idle : now.snapshot();
        };
    }

    @Override
    public CompletableFuture<MasterSnapshot> confirmed() {
        StateThread asked = cluster.log().terms().current();
        if (asked == null) {
            return CompletableFuture.failedFuture(new RegistryException("this master does not lead"));
        }
        return cluster.log().confirm().thenApply(unused -> {
            if (cluster.log().terms().current() != asked) {
                throw new RegistryException("another term began meanwhile");
            }
            return asked.snapshot();
        });
    }

    @Override
    public Leadership leadership() {
        return cluster.leadership();
    }

    @Override
    public MasterInfo info() {
        return info;
    }

    @Override
    public boolean recovered() {
        return cluster.log().terms().current() != null;
    }

    @Override
    public MasterFlags flags() {
        return flags;
    }

    @Override
    public Vertx vertx() {
        return vertx;
    }

    @Override
    public boolean submit(Command command) {
        StateThread now = cluster.log().terms().current();
        return now != null && now.submit(command);
    }

    @Override
    public CompletableFuture<Reply> ask(LongFunction<Command> command) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        long requestId = streams.expect(reply);
        if (!submit(command.apply(requestId))) {
            streams.reply(requestId, new Reply(UNAVAILABLE, "Master is too busy, or no longer leads: try again"));
        }
        return reply;
    }

    /** Gives up leadership, ends all streams, stops listening; within a few seconds. Called again, it does nothing. */
    @Override
    public synchronized void close() {
        Optional.ofNullable(cluster).ifPresent(Cluster::close);
        operators.close();
        Optional.ofNullable(http).ifPresent(HttpHost::close);
        http = null;
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .completeOnTimeout(null, VERTX_CLOSE_MS, TimeUnit.MILLISECONDS)
                .join();
        terminated.complete(null);
    }
}
