package io.gatun.dist;

import io.gatun.dist.zookeeper.ZookeeperFlags;
import io.gatun.dist.zookeeper.ZookeeperNode;
import io.gatun.marathon.Marathon;
import io.gatun.marathon.MarathonFlags;
import io.gatun.master.Master;
import io.gatun.master.MasterFlags;
import io.gatun.mesos.operator.ClusterStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What the build runs once so that the JVM's AOT cache knows the classes of a start (JEP 514): the roles that change nothing
 * on the machine, on free ports, until they know each other. What they and an agent do most it also knows as it is run.
 */
final class Training {
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(20);

    private Training() {}

    static void run(Path folder) throws IOException {
        System.out.print(Main.version());
        Cli.run("up", "--help");
        RegistryTraining.run();
        LaunchTraining.run(folder.resolve("launch"));
        ZookeeperFlags zookeeperFlags = new ZookeeperFlags();
        zookeeperFlags.port = 0;
        zookeeperFlags.workDir = folder.resolve("zookeeper");
        try (ZookeeperNode zookeeper = ZookeeperNode.launch(zookeeperFlags)) {
            String zk = "zk://127.0.0.1:" + zookeeper.port();
            MasterFlags masterFlags = new MasterFlags();
            masterFlags.port = 0;
            masterFlags.zk = zk + "/mesos";
            masterFlags.workDir = folder.resolve("master");
            MarathonFlags marathonFlags = new MarathonFlags();
            marathonFlags.httpPort = 0;
            marathonFlags.master = masterFlags.zk;
            marathonFlags.zk = zk + "/marathon";
            try (Master master = Master.launch(masterFlags);
                    Marathon marathon = Marathon.launch(marathonFlags);
                    ClusterStream stream = ClusterStream.open(masterFlags.zk, state -> {})) {
                System.out.println("master " + master.port() + ", marathon " + marathon.port());
                long deadlineNs = System.nanoTime() + LONGEST_NS;
                while (stream.state().frameworks().isEmpty() && System.nanoTime() < deadlineNs) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
            }
        }
    }
}
