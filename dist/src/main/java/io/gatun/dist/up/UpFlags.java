package io.gatun.dist.up;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** What {@code gatun up} lets one choose; each role's other flags keep their defaults. */
public final class UpFlags {
    @Option(
            names = "--work_dir",
            paramLabel = "DIR",
            description =
                    "All state lies here (default: /var/lib/gatun for root, else gatun in the user's data folder).")
    public Path workDir;

    @Option(
            names = "--ip",
            paramLabel = "IP",
            description = "Address that everything listens on (default: ${DEFAULT-VALUE}).")
    public String ip = "127.0.0.1";

    @Option(names = "--zookeeper_port", paramLabel = "PORT", description = "ZooKeeper (default: ${DEFAULT-VALUE}).")
    public int zookeeperPort = 2181;

    @Option(names = "--master_port", paramLabel = "PORT", description = "Master (default: ${DEFAULT-VALUE}).")
    public int masterPort = 5050;

    @Option(names = "--agent_port", paramLabel = "PORT", description = "Agent (default: ${DEFAULT-VALUE}).")
    public int agentPort = 5051;

    @Option(names = "--marathon_port", paramLabel = "PORT", description = "Marathon (default: ${DEFAULT-VALUE}).")
    public int marathonPort = 8080;

    @Option(
            names = "--dns_port",
            paramLabel = "PORT",
            description =
                    "DNS on --ip, beside port 53 of 198.51.100.1 where that can be had (default: ${DEFAULT-VALUE}).")
    public int dnsPort = 61053;

    @Option(
            names = "--mesos_dns_port",
            paramLabel = "PORT",
            description = "HTTP interface of Mesos-DNS (default: ${DEFAULT-VALUE}).")
    public int mesosDnsPort = 8123;

    @Option(
            names = "--net_port",
            paramLabel = "PORT",
            description = "HTTP interface of the virtual IPs (default: ${DEFAULT-VALUE}).")
    public int netPort = 62080;

    @Option(
            names = "--resources",
            paramLabel = "RESOURCES",
            description = "What the agent offers, as its flag of that name (default: what the machine has).")
    public String resources;

    @Option(
            names = "--cgroups_root",
            paramLabel = "NAME",
            description = "Cgroup below which all containers lie (default: ${DEFAULT-VALUE}).")
    public String cgroupsRoot = "gatun";

    @Option(
            names = "--container_pids_limit",
            paramLabel = "N",
            description = "Most processes and threads of one container, 0 for no limit (default: ${DEFAULT-VALUE}).")
    public long containerPidsLimit = 4096;

    @Option(
            names = "--allow_unenforced_limits",
            description = "Run tasks although a limit of theirs cannot be enforced here (default: only without root).")
    public boolean allowUnenforcedLimits;

    @Option(
            names = "--containerizers",
            paramLabel = "mesos,docker",
            description = "Who runs containers, as the agent's flag of that name (default: ${DEFAULT-VALUE}).")
    public String containerizers = "mesos";

    @Option(
            names = "--docker_socket",
            paramLabel = "PATH",
            description = "Unix socket of the Docker Engine, for containerizer docker (default: ${DEFAULT-VALUE}).")
    public Path dockerSocket = Path.of("/var/run/docker.sock");

    @Option(
            names = "--docker_registry",
            paramLabel = "URL|DIR",
            description = "Where images come from, as the agent's flag of that name (default: ${DEFAULT-VALUE}).")
    public String dockerRegistry = "https://registry-1.docker.io";

    /** The folder that is used in the end. */
    Path effectiveWorkDir() {
        if (workDir != null) {
            return workDir;
        }
        Map<String, String> environment = System.getenv();
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return WorkDir.standard(System.getProperty("user.name"), environment, Path.of(home));
    }
}
