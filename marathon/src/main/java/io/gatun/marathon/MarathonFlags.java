package io.gatun.marathon;

import picocli.CommandLine.Option;

/**
 * What Marathon is told at its start. Names and defaults are Marathon's own (docs/command-line-flags) except where a
 * line says otherwise. Fields are read once by {@link Marathon#launch}; later changes have no effect.
 */
public final class MarathonFlags {
    /** One week, as Marathon: how long the master keeps the tasks of a Marathon that is gone. */
    public static final long FAILOVER_TIMEOUT_SECONDS = 604_800;

    @Option(
            names = "--http_address",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description = "Address that the API listens on (default: ${DEFAULT-VALUE}; Marathon: all addresses).")
    public String httpAddress = "127.0.0.1";

    @Option(
            names = "--http_port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port that the API listens on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    public int httpPort = 8080;

    @Option(
            names = "--hostname",
            paramLabel = "HOST",
            description = "Name under which other Marathons and the master's pages reach this one"
                    + " (default: the value of --http_address).")
    public String hostname;

    @Option(
            names = "--master",
            paramLabel = "MASTER",
            defaultValue = "zk://127.0.0.1:2181/mesos",
            description = "The Mesos master: zk://host:port,.../path or host:port (default: ${DEFAULT-VALUE}).")
    public String master = "zk://127.0.0.1:2181/mesos";

    @Option(
            names = "--zk",
            paramLabel = "ZK",
            defaultValue = "zk://127.0.0.1:2181/marathon",
            description = "Where apps, instances and deployments are kept (default: ${DEFAULT-VALUE}).")
    public String zk = "zk://127.0.0.1:2181/marathon";

    @Option(
            names = "--zk_session_timeout",
            paramLabel = "MS",
            defaultValue = "10000",
            description = "ZooKeeper session timeout in milliseconds (default: ${DEFAULT-VALUE}).")
    public int zkSessionTimeoutMs = 10_000;

    @Option(
            names = "--zk_timeout",
            paramLabel = "MS",
            defaultValue = "10000",
            description = "Longest wait for one ZooKeeper operation in milliseconds (default: ${DEFAULT-VALUE}).")
    public int zkTimeoutMs = 10_000;

    @Option(
            names = "--zk_max_versions",
            paramLabel = "N",
            defaultValue = "50",
            description = "Versions kept of each app (default: ${DEFAULT-VALUE}).")
    public int zkMaxVersions = 50;

    @Option(
            names = "--framework_name",
            paramLabel = "NAME",
            defaultValue = "marathon",
            description = "Name of the framework; it is a part of the apps' DNS names (default: ${DEFAULT-VALUE}).")
    public String frameworkName = "marathon";

    @Option(
            names = "--mesos_role",
            paramLabel = "ROLE",
            defaultValue = "*",
            description = "Role that the framework subscribes with (default: ${DEFAULT-VALUE}).")
    public String mesosRole = "*";

    @Option(
            names = "--mesos_user",
            paramLabel = "USER",
            defaultValue = "root",
            description = "User that tasks run as unless the app names one (default: ${DEFAULT-VALUE}).")
    public String mesosUser = "root";

    @Option(
            names = "--failover_timeout",
            paramLabel = "SECONDS",
            defaultValue = "604800",
            description = "How long the master keeps the tasks while Marathon is away (default: ${DEFAULT-VALUE}).")
    public long failoverTimeoutSeconds = FAILOVER_TIMEOUT_SECONDS;

    @Option(
            names = "--local_port_min",
            paramLabel = "PORT",
            defaultValue = "10000",
            description = "Lowest service port given to apps (default: ${DEFAULT-VALUE}).")
    public int localPortMin = 10_000;

    @Option(
            names = "--local_port_max",
            paramLabel = "PORT",
            defaultValue = "20000",
            description = "Highest service port given to apps (default: ${DEFAULT-VALUE}).")
    public int localPortMax = 20_000;

    @Option(
            names = "--max_instances_per_offer",
            paramLabel = "N",
            defaultValue = "100",
            description = "Most instances started from one offer (default: ${DEFAULT-VALUE}; Marathon: 5).")
    public int maxInstancesPerOffer = 100;

    @Option(
            names = "--decline_offer_duration",
            paramLabel = "MS",
            defaultValue = "120000",
            description = "For how long an offer is declined that nothing waits for, in milliseconds"
                    + " (default: ${DEFAULT-VALUE}).")
    public long declineOfferDurationMs = 120_000;

    @Option(
            names = "--min_revive_offers_interval",
            paramLabel = "MS",
            defaultValue = "100",
            description = "Shortest time between two requests for offers in milliseconds"
                    + " (default: ${DEFAULT-VALUE}; Marathon: 5000).")
    public long minReviveOffersIntervalMs = 100;

    @Option(
            names = "--task_launch_timeout",
            paramLabel = "MS",
            defaultValue = "300000",
            description = "A task that does not run after so many milliseconds is killed (default: ${DEFAULT-VALUE}).")
    public long taskLaunchTimeoutMs = 300_000;

    @Option(
            names = "--reconciliation_interval",
            paramLabel = "MS",
            defaultValue = "600000",
            description = "Time between two comparisons of the tasks with the master's in milliseconds"
                    + " (default: ${DEFAULT-VALUE}).")
    public long reconciliationIntervalMs = 600_000;

    @Option(
            names = "--max_running_deployments",
            paramLabel = "N",
            defaultValue = "100",
            description = "Most deployments that may run at a time (default: ${DEFAULT-VALUE}).")
    public int maxRunningDeployments = 100;

    @Option(
            names = "--env_vars_prefix",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "Prefix of the port and host variables in the tasks' environment (default: none).")
    public String envVarsPrefix = "";
}
