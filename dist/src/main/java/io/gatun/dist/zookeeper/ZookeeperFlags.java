package io.gatun.dist.zookeeper;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How the embedded ZooKeeper is started. Fields are read once by {@link ZookeeperNode#launch}. */
public final class ZookeeperFlags {
    @Option(names = "--ip", paramLabel = "IP", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    public String ip = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", description = "Client port, 0 for any (default: ${DEFAULT-VALUE}).")
    public int port = 2181;

    @Option(
            names = "--work_dir",
            paramLabel = "DIR",
            description = "Snapshots and transaction logs (default: ${DEFAULT-VALUE}).")
    public Path workDir = Path.of("/var/lib/gatun/zookeeper");

    @Option(
            names = "--tick_time",
            paramLabel = "MS",
            description = "ZooKeeper's unit of time in milliseconds; sessions last 2 to 20 of it"
                    + " (default: ${DEFAULT-VALUE}).")
    public int tickTimeMs = 2000;
}
