package io.gatun.master;

import io.gatun.master.election.ElectionRoutes;
import io.gatun.master.election.Leadership;
import io.gatun.master.election.StandaloneLeadership;
import io.gatun.master.election.ZooKeeperLeadership;
import io.gatun.master.legacy.ChangeRoutes;
import io.gatun.master.legacy.LegacyRoutes;
import io.gatun.master.legacy.VipRoutes;
import io.gatun.master.link.AgentLinkRoutes;
import io.gatun.master.operator.EventHub;
import io.gatun.master.operator.Metrics;
import io.gatun.master.operator.OperatorRoutes;
import io.gatun.master.operator.TimerStatistics;
import io.gatun.master.registry.RegistryException;
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
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A master: listens, takes part in the election, and serves while it leads. */
public final class Master implements AutoCloseable, MasterContext {
    private static final Logger LOG = LoggerFactory.getLogger(Master.class);
    private static final int UNAVAILABLE = 503;
    private static final long VERTX_CLOSE_MS = 2_000;

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

    private HttpHost http;
    private MasterInfo info;
    private Leadership leadership;
    private Term.Office office;
    private MasterSnapshot idle;
    private volatile StateThread term;

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
        leadership = settings.zk()
                .<Leadership>map(zk -> new ZooKeeperLeadership(zk, info, settings.zkSessionTimeout()))
                .orElseGet(() -> new StandaloneLeadership(info));
        Metrics metrics = new Metrics(this, Clock.systemUTC(), List.of(operators, storeTime, allocationTime));
        List<Routes> routes = List.of(
                new ElectionRoutes(),
                new SchedulerRoutes(streams),
                new AgentLinkRoutes(streams),
                new OperatorRoutes(operators, metrics),
                new LegacyRoutes(metrics),
                new ChangeRoutes(),
                new VipRoutes());
        routes.forEach(part -> part.mount(router, this));
        try {
            leadership.contend(new Candidate());
        } catch (RegistryException e) {
            throw new StartupException("registry", e.getMessage(), "see --work_dir=" + flags.workDir, e);
        }
        LOG.info("Master {} listens on {}:{}", info.getId(), flags.ip, http.port());
    }

    private final class Candidate implements Leadership.Listener {
        @Override
        public void elected() {
            try {
                term = Term.begin(
                        office,
                        log -> new StateThread.Outlets(
                                log,
                                settings.registryStoreTimeout(),
                                streams,
                                operators,
                                storeTime::record,
                                allocationTime::record),
                        Master.this::fail);
                LOG.info("Elected: master {} leads", info.getId());
            } catch (RegistryException e) {
                fail(e);
                throw e;
            }
        }

        @Override
        public void deposed(String reason) {
            LOG.warn("Deposed: master {} leads no more: {}", info.getId(), reason);
            endTerm();
        }
    }

    private void endTerm() {
        StateThread ending = term;
        term = null;
        if (ending != null) {
            ending.close();
        }
        operators.closeAll();
    }

    /** A master that cannot keep its registry must not lead. As Mesos, it ends; unlike it, only itself. */
    private void fail(Throwable cause) {
        term = null;
        LOG.error("Master {} ends: {}", info.getId(), cause.toString());
        Thread.ofPlatform().name("gatun-master-end").start(() -> {
            terminated.completeExceptionally(cause);
            close();
        });
    }

    /** Completes exceptionally when this master has ended by itself because it could not go on; normally by close. */
    public CompletableFuture<Void> terminated() {
        return terminated.copy();
    }

    /** The port that is listened on, also when {@code --port} is 0. */
    public int port() {
        return info.getPort();
    }

    @Override
    public Supplier<MasterSnapshot> snapshot() {
        return () -> {
            StateThread now = term;
            return now == null ? idle : now.snapshot();
        };
    }

    @Override
    public Leadership leadership() {
        return leadership;
    }

    @Override
    public MasterInfo info() {
        return info;
    }

    @Override
    public boolean recovered() {
        return term != null;
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
        StateThread now = term;
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
        if (leadership != null) {
            leadership.close();
        }
        endTerm();
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
