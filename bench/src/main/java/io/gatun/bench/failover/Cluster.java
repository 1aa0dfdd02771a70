package io.gatun.bench.failover;

import io.gatun.testkit.net.NamespaceCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * ZooKeeper, three masters on small disks of their own, and agents: a host for each, all seen from the network namespace
 * of this process, whatever is cut. Not thread-safe, but for {@link #master} and {@link #zk}.
 */
final class Cluster implements AutoCloseable {
    static final int MASTERS = 3;
    static final int AGENTS = 2;

    private static final int ZOOKEEPER_PORT = 2181;
    private static final int MASTER_PORT = 5050;
    private static final long DISK_BYTES = 192L << 20;

    private final Path folder;
    private final NamespaceCluster network;
    private final List<SmallDisk> disks = new ArrayList<>();
    private final List<Role> masters = new ArrayList<>();
    private final List<Role> agents = new ArrayList<>();
    private final List<Role> others = new ArrayList<>();

    private Cluster(Path folder) {
        this.folder = folder;
        this.network = NamespaceCluster.of(1 + MASTERS + AGENTS);
    }

    /** Starts everything; what the processes write goes to files in {@code folder}. */
    static Cluster start(Path folder, Settings settings) throws IOException {
        Cluster cluster = new Cluster(folder);
        try {
            cluster.network.watch();
            cluster.zookeeper(settings);
            for (int i = 0; i < MASTERS; i++) {
                cluster.addMaster(i, settings);
            }
            for (int i = 0; i < AGENTS; i++) {
                cluster.addAgent(i, settings);
            }
            Stream.of(cluster.others, cluster.masters, cluster.agents)
                    .flatMap(List::stream)
                    .forEach(Role::start);
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void zookeeper(Settings settings) {
        NamespaceCluster.Host host = network.host(0);
        List<String> arguments = new ArrayList<>(List.of("zookeeper", "--ip", host.address()));
        arguments.addAll(List.of("--work_dir", folder.resolve("zookeeper").toString()));
        arguments.addAll(settings.zookeeper());
        others.add(new Role(host, folder.resolve("zookeeper.log"), arguments));
    }

    private void addMaster(int index, Settings settings) throws IOException {
        String name = "master" + index;
        disks.add(SmallDisk.mount(folder.resolve(name + ".img"), folder.resolve(name), DISK_BYTES));
        NamespaceCluster.Host host = masterHost(index);
        List<String> arguments = new ArrayList<>(List.of("master", "--ip", host.address()));
        arguments.addAll(List.of("--hostname", host.address(), "--zk", zk(), "--quorum", "2"));
        arguments.addAll(
                List.of("--work_dir", disks.get(index).path().resolve("work").toString()));
        arguments.addAll(settings.master());
        masters.add(new Role(host, folder.resolve(name + ".log"), arguments));
    }

    private void addAgent(int index, Settings settings) {
        NamespaceCluster.Host host = network.host(1 + MASTERS + index);
        String name = "agent" + index;
        List<String> arguments = new ArrayList<>(List.of("agent", "--ip", host.address(), "--master", zk()));
        arguments.addAll(List.of("--work_dir", folder.resolve(name).toString()));
        arguments.addAll(List.of("--resources", "cpus:8;mem:4096;disk:4096;ports:[31000-32000]"));
        arguments.addAll(List.of("--cgroups_root", cgroup(index), "--allow_unenforced_limits"));
        arguments.addAll(settings.agent());
        agents.add(new Role(host, folder.resolve(name + ".log"), arguments));
    }

    /** Where the masters meet. */
    String zk() {
        return "zk://" + network.host(0).address() + ":" + ZOOKEEPER_PORT + "/mesos";
    }

    /** A master's address, which this process reaches whatever is cut. */
    URI master(int index) {
        return URI.create("http://" + masterHost(index).address() + ":" + MASTER_PORT);
    }

    Role masterRole(int index) {
        return masters.get(index);
    }

    SmallDisk disk(int index) {
        return disks.get(index);
    }

    /** Loses packets between a master's host and others until {@link #heal}. */
    void cut(int master, Set<NamespaceCluster.Way> ways, List<NamespaceCluster.Host> others) {
        network.cut(masterHost(master), ways, others);
    }

    /** Loses no more packets. */
    void heal() {
        network.heal();
    }

    private NamespaceCluster.Host masterHost(int index) {
        return network.host(1 + index);
    }

    /** The hosts of the other masters. */
    List<NamespaceCluster.Host> otherMasters(int index) {
        return Stream.iterate(0, i -> i < MASTERS, i -> i + 1)
                .filter(i -> i != index)
                .map(this::masterHost)
                .toList();
    }

    /** Where ZooKeeper is. */
    List<NamespaceCluster.Host> zookeeperHosts() {
        return List.of(network.host(0));
    }

    /** All hosts but the one of a master. */
    List<NamespaceCluster.Host> allBut(int index) {
        return network.hosts().stream()
                .filter(host -> !host.equals(masterHost(index)))
                .toList();
    }

    /** Ends what runs, agents first, and removes what it made; files in the folder stay. */
    @Override
    public void close() {
        Stream.of(agents, masters, others).flatMap(List::stream).forEach(Role::end);
        network.close();
        disks.forEach(SmallDisk::close);
        for (int i = 0; i < AGENTS; i++) {
            Cgroups.remove(cgroup(i));
        }
    }

    private static String cgroup(int agent) {
        return "gatun-failover-" + ProcessHandle.current().pid() + "-" + agent;
    }
}
