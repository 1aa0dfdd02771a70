package io.gatun.dist.up;

import io.gatun.agent.Agent;
import io.gatun.agent.AgentFlags;
import io.gatun.dist.Logging;
import io.gatun.dist.zookeeper.ZookeeperFlags;
import io.gatun.dist.zookeeper.ZookeeperNode;
import io.gatun.marathon.Marathon;
import io.gatun.marathon.MarathonFlags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * All roles in this process, wired as they would be across machines: they find each other through ZooKeeper and talk HTTP.
 * Its end leaves nothing behind but the state in the work_dir.
 */
public final class Up implements AutoCloseable {
    private final UpFlags flags;
    private final WorkDir workDir;
    private final Parts parts;
    private int zookeeperPort;
    private double startSeconds;

    private Up(UpFlags flags, WorkDir workDir, Parts parts) {
        this.flags = flags;
        this.workDir = workDir;
        this.parts = parts;
    }

    /**
     * Starts everything, telling each step; returns when apps can be posted.
     *
     * @throws io.gatun.mesos.flags.StartupException if a part cannot start; the parts before it are ended again.
     */
    public static Up start(UpFlags flags, Consumer<String> out) {
        long beginNs = System.nanoTime();
        WorkDir workDir = WorkDir.open(flags.effectiveWorkDir());
        Logging.toFile(workDir.log());
        Up up = new Up(flags, workDir, new Parts(out));
        try {
            out.accept("Starting Gatun in " + workDir.path() + "\n");
            up.startParts();
        } catch (RuntimeException | Error e) {
            up.close();
            throw e;
        }
        up.startSeconds = (System.nanoTime() - beginNs) / 1e9;
        return up;
    }

    private void startParts() {
        startZookeeper();
        startAgent();
        startMarathon();
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

    private void startAgent() {
        AgentFlags agentFlags = new AgentFlags();
        agentFlags.ip = flags.ip;
        agentFlags.port = flags.agentPort;
        agentFlags.master = zk("/mesos");
        agentFlags.workDir = workDir.role("agent");
        agentFlags.resources = flags.resources;
        boolean root = System.getProperty("user.name").equals("root");
        agentFlags.switchUser = root;
        agentFlags.allowUnenforcedLimits = flags.allowUnenforcedLimits || !root;
        Agent agent = parts.start("agent", http(flags.agentPort), () -> Agent.launch(agentFlags));
        parts.onClose("agent", agent::shutdown);
    }

    private void startMarathon() {
        MarathonFlags marathonFlags = new MarathonFlags();
        marathonFlags.httpAddress = flags.ip;
        marathonFlags.httpPort = flags.marathonPort;
        marathonFlags.master = zk("/mesos");
        marathonFlags.zk = zk("/marathon");
        marathonFlags.mesosUser = System.getProperty("user.name");
        Marathon marathon = parts.start("marathon", http(flags.marathonPort), () -> Marathon.launch(marathonFlags));
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
        return String.format(Locale.ROOT, "%nGatun is up after %.1f s.%n", startSeconds);
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
