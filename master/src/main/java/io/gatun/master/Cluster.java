package io.gatun.master;

import io.gatun.master.election.ElectionClient;
import io.gatun.master.election.Leadership;
import io.gatun.master.election.ReplicaDirectory;
import io.gatun.master.election.StandaloneLeadership;
import io.gatun.master.election.ZooKeeperLeadership;
import io.gatun.master.log.ReplicaSettings;
import io.gatun.master.log.net.TransportSettings;
import io.gatun.master.log.node.LogException;
import io.gatun.master.log.node.LogNode;
import io.gatun.master.log.node.LogNodeConfig;
import io.gatun.master.registry.OldRegistry;
import io.gatun.master.registry.RegistryLog;
import io.gatun.master.runtime.StateThread;
import io.gatun.mesos.detector.ZkUrl;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.http.ReservedPort;
import io.gatun.mesos.v1.MasterInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.curator.framework.CuratorFramework;

/** This master among the masters: its replica of the log, its part in the election, and the terms that follow. */
final class Cluster implements AutoCloseable, Discovery.Opening, Terms.Office {
    /** Heartbeats of a leader, and attempts of whoever waits for an answer, in the time until it is given up. */
    private static final int HEARTBEATS = 10;

    private static final int RETRIES = 4;
    private static final int MAX_IN_FLIGHT = 16_384;
    private static final int MAX_ENTRY_BYTES = 2 << 20;
    private static final int MAX_WAITING_BYTES = 16 << 20;
    /** Nobody but the master itself appends to its registry. */
    private static final int MAX_CLIENTS = 0;

    private static final long BACKOFF_MIN_MS = 20;
    private static final long BACKOFF_MAX_MS = 250;
    private static final LogNodeConfig.Compaction COMPACTION = new LogNodeConfig.Compaction(200_000, 64L << 20);

    private final MasterSettings settings;
    private final MasterInfo info;
    private final BiFunction<RegistryLog, StateThread.Owner, StateThread> newTerm;
    private final MasterLog log;
    private final Leadership leadership;
    private final ReservedPort reserved;
    private final InetSocketAddress bind;
    private final Discovery discovery;

    /**
     * Nothing happens before {@link #start}.
     *
     * @param newTerm prepares a term that writes to a log
     */
    Cluster(
            MasterFlags flags,
            MasterSettings settings,
            MasterInfo info,
            BiFunction<RegistryLog, StateThread.Owner, StateThread> newTerm) {
        this.settings = settings;
        this.info = info;
        this.newTerm = newTerm;
        OldRegistry old = new OldRegistry(flags.workDir);
        if (old.exists() && settings.log().quorum() > 1) {
            throw new StartupException(
                    "--quorum=" + flags.quorum,
                    old.directory() + " holds the registry of a single master",
                    "start this master once with --quorum=1, then add the others");
        }
        this.log = new MasterLog(this, old, settings.log().directory());
        this.reserved = reserved(settings);
        this.bind = reserved == null
                ? settings.log().bind()
                : new InetSocketAddress(settings.log().bind().getAddress(), reserved.port());
        if (settings.zk().isPresent()) {
            ZkUrl zk = settings.zk().get();
            CuratorFramework client = ElectionClient.of(zk, settings.zkSessionTimeout());
            leadership =
                    new ZooKeeperLeadership(client, zk, info, settings.log().patience());
            discovery =
                    discovery(new ReplicaDirectory(client, zk.path(), zk.auth().isPresent()));
        } else {
            leadership = new StandaloneLeadership(info);
            discovery = null;
        }
    }

    /**
     * Others must be told the port before anything listens there: whom to listen to is not known yet. Until this master
     * ends it is nobody else's who asks for any, also while the replica is opened anew. Null where nobody is told.
     */
    private static ReservedPort reserved(MasterSettings settings) {
        InetSocketAddress bind = settings.log().bind();
        if (settings.zk().isEmpty()) {
            return null;
        }
        try {
            return ReservedPort.on(bind);
        } catch (IOException e) {
            throw new StartupException(
                    "--log_port=" + bind.getPort() + " on " + bind.getHostString(),
                    e.getMessage(),
                    "give a free port",
                    e);
        }
    }

    private Discovery discovery(ReplicaDirectory directory) {
        InetSocketAddress self = InetSocketAddress.createUnresolved(host(), bind.getPort());
        int known = settings.log().id() != 0
                ? settings.log().id()
                : LogNode.formedId(settings.log().directory());
        return new Discovery(settings.log(), self, known, opensAtOnce(), directory, this);
    }

    private boolean opensAtOnce() {
        return settings.zk().isEmpty()
                || !settings.log().replicas().isEmpty()
                || LogNode.formedId(settings.log().directory()) != 0;
    }

    private String host() {
        return info.getAddress().getIp();
    }

    /**
     * Takes part.
     *
     * @throws StartupException when the log's directory or its port cannot be used
     */
    void start() {
        try {
            if (opensAtOnce()) {
                open(
                        settings.log().id(),
                        settings.log().replicas(),
                        settings.log().autoInitialize());
            }
        } catch (LogException e) {
            throw new StartupException(
                    "replicated log in " + settings.log().directory(), e.getMessage(), "see --work_dir, --log_port", e);
        }
        leadership.contend(log);
        if (discovery != null) {
            discovery.start();
        }
    }

    @Override
    public void open(int id, Map<Integer, InetSocketAddress> replicas, boolean mayForm) {
        long patienceMs = settings.log().patience().toMillis();
        log.open(new LogNodeConfig(
                settings.log().directory(),
                id,
                bind,
                host(),
                replicas,
                settings.log().quorum(),
                mayForm,
                new ReplicaSettings(patienceMs / RETRIES, patienceMs / HEARTBEATS, MAX_IN_FLIGHT),
                new TransportSettings(
                        patienceMs / RETRIES,
                        patienceMs,
                        BACKOFF_MIN_MS,
                        BACKOFF_MAX_MS,
                        MAX_ENTRY_BYTES,
                        MAX_WAITING_BYTES,
                        MAX_CLIENTS),
                patienceMs,
                COMPACTION));
    }

    @Override
    public boolean formed() {
        return log.status().filter(status -> !status.cluster().isEmpty()).isPresent();
    }

    @Override
    public void found(int id, InetSocketAddress address) {
        log.found(id, address);
    }

    @Override
    public StateThread term(RegistryLog registry, StateThread.Owner owner) {
        return newTerm.apply(registry, owner);
    }

    @Override
    public void leads(boolean leads) {
        leadership.leads(leads);
    }

    @Override
    public void resign(String reason) {
        log.resign(reason);
    }

    Leadership leadership() {
        return leadership;
    }

    MasterLog log() {
        return log;
    }

    /** Why a master without others will never lead again while its process runs; empty when it may, or another. */
    Optional<String> hopeless() {
        String trouble = log.trouble();
        boolean others = settings.log().quorum() > 1
                || log.status().filter(status -> status.voters().size() > 1).isPresent();
        // One whose disk failed is opened anew.
        return trouble.isEmpty() || others || log.failed() ? Optional.empty() : Optional.of(trouble);
    }

    /** Leads no more, so that another can at once; within a few seconds. */
    @Override
    public void close() {
        if (discovery != null) {
            discovery.close();
        }
        log.close();
        leadership.close();
        if (reserved != null) {
            reserved.close();
        }
    }
}
