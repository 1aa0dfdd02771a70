package io.gatun.dist.up;

import io.gatun.agent.Agent;
import io.gatun.agent.AgentFlags;
import io.gatun.dist.Logging;
import io.gatun.dist.TemporaryFolder;
import io.gatun.dist.net.NetFlags;
import io.gatun.dist.net.NetNode;
import io.gatun.dist.zookeeper.ZookeeperFlags;
import io.gatun.dist.zookeeper.ZookeeperNode;
import io.gatun.ipvs.VipStatus;
import io.gatun.marathon.Marathon;
import io.gatun.marathon.MarathonFlags;
import io.gatun.master.Master;
import io.gatun.master.MasterFlags;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * All roles in this process, wired as they would be across machines: they find each other through ZooKeeper and talk HTTP.
 * Its end leaves nothing behind but the state in the work_dir.
 */
public final class Up implements AutoCloseable {
    private static final String MARATHON = "marathon";
    /** Two seconds are usual; a machine with much else to do, or a slow one, gets its time. */
    private static final long READY_NS = TimeUnit.SECONDS.toNanos(60);

    private static final long READY_POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final UpFlags flags;
    private final WorkDir workDir;
    private final Parts parts;
    private final BooleanSupplier ending;
    private int zookeeperPort;
    private Master master;
    private Agent agent;
    private NetNode net;
    private Marathon marathon;
    private double startSeconds;

    private Up(UpFlags flags, WorkDir workDir, Parts parts, BooleanSupplier ending) {
        this.flags = flags;
        this.workDir = workDir;
        this.parts = parts;
        this.ending = ending;
    }

    /**
     * Starts everything, telling each step; returns when apps can be posted.
     *
     * @param ending asked while roles have yet to find each other: whether that is not to be waited for any more
     * @throws io.gatun.mesos.flags.StartupException if a part cannot start; the parts before it are ended again.
     */
    public static Up start(UpFlags flags, Consumer<String> out, BooleanSupplier ending) {
        long beginNs = System.nanoTime();
        WorkDir workDir = WorkDir.open(flags.effectiveWorkDir());
        TemporaryFolder.use(workDir.path());
        Logging.toFile(workDir.log());
        Up up = new Up(flags, workDir, new Parts(out), ending);
        try {
            Ports.requireFree(flags);
            out.accept("Starting Gatun in " + workDir.path() + "\n");
            up.startParts();
            up.awaitReady();
        } catch (RuntimeException | Error e) {
            up.close();
            throw e;
        }
        up.startSeconds = (System.nanoTime() - beginNs) / 1e9;
        return up;
    }

    private void startParts() {
        startZookeeper();
        startMaster();
        startAgent();
        startNet();
        startMarathon();
    }

    /** Everything serves; now the roles have to find each other. Slowness is no failure: the report tells the state. */
    private void awaitReady() {
        parts.start("", "registered with the master", () -> {
            awaitUntil(() -> agent.failure().isDone() || (agent.registered() && marathonSubscribed()));
            return null;
        });
    }

    private void awaitUntil(BooleanSupplier condition) {
        long beginNs = System.nanoTime();
        CompletableFuture<Void> ended = master.terminated();
        while (!condition.getAsBoolean()
                && !ended.isDone()
                && !ending.getAsBoolean()
                && System.nanoTime() - beginNs < READY_NS) {
            LockSupport.parkNanos(READY_POLL_NS);
        }
        if (ended.isCompletedExceptionally()) {
            throw new StartupException(
                    "master", ended.exceptionNow().getMessage(), "see " + workDir.log(), ended.exceptionNow());
        }
    }

    private boolean marathonSubscribed() {
        return net.state().frameworks().stream()
                .anyMatch(
                        framework -> framework.getFrameworkInfo().getName().equals(MARATHON) && framework.getActive());
    }

    private void startZookeeper() {
        ZookeeperFlags zookeeper = new ZookeeperFlags();
        zookeeper.ip = flags.ip;
        zookeeper.port = flags.zookeeperPort;
        zookeeper.workDir = workDir.role("zookeeper");
        ZookeeperNode node = parts.start("zookeeper", at(flags.zookeeperPort), () -> ZookeeperNode.launch(zookeeper));
        parts.onClose("zookeeper", node::close);
        zookeeperPort = node.port();
    }

    private void startMaster() {
        MasterFlags masterFlags = new MasterFlags();
        masterFlags.ip = flags.ip;
        masterFlags.port = flags.masterPort;
        masterFlags.zk = zk("/mesos");
        masterFlags.workDir = workDir.role("master");
        masterFlags.logPort = 0; // It is the only replica.
        master = parts.start("master", http(flags.masterPort), () -> Master.launch(masterFlags));
        parts.onClose("master", master::close);
        // The others would find nobody, or a master that reads its registry, and wait before they try again.
        parts.start("", "elected", () -> {
            awaitUntil(() -> master.leadership().leading() && master.recovered());
            return null;
        });
    }

    private void startAgent() {
        AgentFlags agentFlags = new AgentFlags();
        agentFlags.ip = flags.ip;
        agentFlags.port = flags.agentPort;
        agentFlags.master = zk("/mesos");
        agentFlags.workDir = workDir.role("agent");
        agentFlags.resources = flags.resources;
        agentFlags.cgroupsRoot = flags.cgroupsRoot;
        agentFlags.containerPidsLimit = flags.containerPidsLimit;
        agentFlags.switchUser = root();
        agentFlags.containerizers = flags.containerizers;
        agentFlags.dockerSocket = flags.dockerSocket;
        agentFlags.dockerRegistry = flags.dockerRegistry;
        agentFlags.allowUnenforcedLimits = limitsMayBeUnenforced();
        agent = parts.start("agent", http(flags.agentPort), () -> Agent.launch(agentFlags));
        parts.onClose("agent", agent::shutdown);
    }

    private static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    private boolean limitsMayBeUnenforced() {
        return flags.allowUnenforcedLimits || !root();
    }

    private void startNet() {
        NetFlags netFlags = new NetFlags();
        netFlags.master = zk("/mesos");
        netFlags.dns.listenIp = flags.ip;
        netFlags.dns.listenPort = flags.dnsPort;
        netFlags.dns.httpIp = flags.ip;
        netFlags.dns.mesosDnsHttpPort = flags.mesosDnsPort;
        netFlags.dns.netHttpPort = flags.netPort;
        net = parts.start("net", at(flags.dnsPort), () -> NetNode.launch(netFlags));
        parts.onClose("net", net::close);
    }

    private void startMarathon() {
        MarathonFlags marathonFlags = new MarathonFlags();
        marathonFlags.httpAddress = flags.ip;
        marathonFlags.httpPort = flags.marathonPort;
        marathonFlags.master = zk("/mesos");
        marathonFlags.zk = zk("/marathon");
        marathonFlags.mesosUser = System.getProperty("user.name");
        marathon = parts.start("marathon", http(flags.marathonPort), () -> Marathon.launch(marathonFlags));
        parts.onClose("marathon", marathon::close);
    }

    private String zk(String path) {
        return "zk://" + flags.ip + ":" + zookeeperPort + path;
    }

    private String at(int port) {
        return flags.ip + ":" + port;
    }

    private String http(int port) {
        return "http://" + at(port);
    }

    /** What runs where, what is off and why, and what to type next. */
    public String report() {
        Report report = new Report();
        report.row("zookeeper", at(zookeeperPort), "running");
        report.row("master", http(master.port()), master.leadership().leading() ? "leading" : "not leading yet");
        report.row("agent", http(agent.port()), agent.registered() ? "registered" : "not registered yet");
        report.row("dns", net.resolvers().getFirst(), "names end in .mesos" + others(net.resolvers()));
        report.row("vips", "-", net.vips() instanceof VipStatus.On on ? "on, interface " + on.interfaceName() : "off");
        report.row("marathon", http(marathon.port()), marathonSubscribed() ? "registered" : "not registered yet");
        report.off(agent.degradations());
        if (!limitsMayBeUnenforced() && agent.degradations().stream().anyMatch(line -> line.contains(" limits: "))) {
            report.off(List.of("tasks that ask for such a limit are refused, unless with --allow_unenforced_limits"));
        }
        report.off(net.degradations());
        return report.text(startSeconds, workDir.path(), flags.ip + ":" + marathon.port(), flags.dnsPort, flags.ip);
    }

    private static String others(List<String> resolvers) {
        List<String> rest = resolvers.subList(1, resolvers.size());
        return rest.isEmpty() ? "" : "; also on " + String.join(", ", rest);
    }

    /** Completes with the reason if a role ends by itself because it cannot go on. */
    public CompletableFuture<Throwable> failure() {
        CompletableFuture<Throwable> ofMaster = master.terminated().handle((ended, cause) -> cause);
        return CompletableFuture.anyOf(ofMaster, agent.failure()).thenApply(Throwable.class::cast);
    }

    @Override
    public void close() {
        parts.close();
        try {
            workDir.close();
        } catch (IOException e) {
            throw new UncheckedIOException("unlock " + workDir.path(), e);
        }
    }
}
