package io.gatun.master;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * How a master is started. Names and defaults are Mesos'; durations are texts such as {@code 15secs} or {@code 10mins},
 * checked by {@link Master#launch}.
 */
public final class MasterFlags {
    @Option(names = "--ip", description = "Address to listen on. Default: ${DEFAULT-VALUE}")
    public String ip = "127.0.0.1";

    @Option(names = "--port", description = "Port to listen on, 0 for any. Default: ${DEFAULT-VALUE}")
    public int port = 5050;

    @Option(
            names = "--hostname",
            description = "Name to tell to others. Default: the host's name, or --ip when it is loopback")
    public String hostname;

    @Option(
            names = "--zk",
            description = "ZooKeeper for the election, zk://host:port,.../path. Without it this master leads alone")
    public String zk;

    @Option(
            names = "--zk_session_timeout",
            description = "ZooKeeper session timeout; a leader may lose its session and lead on. Mesos: 10secs."
                    + " Default: ${DEFAULT-VALUE}, the least that a ZooKeeper with its own defaults grants")
    public String zkSessionTimeout = "4secs";

    @Option(names = "--work_dir", description = "Where the registry lies. Default: ${DEFAULT-VALUE}")
    public Path workDir = Path.of("/var/lib/gatun/master");

    @Option(
            names = "--quorum",
            description = "Replicas of the log that must agree when it is formed: 1 for a single master, 2 for three,"
                    + " 3 for five. Default: ${DEFAULT-VALUE}")
    public int quorum = 1;

    @Option(
            names = "--log_auto_initialize",
            arity = "0..1",
            fallbackValue = "true",
            description = "Form a log when none of 2 * quorum - 1 replicas has one; false to wait until this one is"
                    + " added to a log. Default: ${DEFAULT-VALUE}")
    public boolean logAutoInitialize = true;

    @Option(
            names = "--log_port",
            description = "Port on --ip where other replicas reach the log, 0 for any. Default: --port + 3")
    public Integer logPort;

    @Option(
            names = "--log_id",
            description =
                    "Number of this replica, 1 to 65535. Default: as in the work_dir, or that of --log_replicas which"
                            + " is this one, or a free one of those registered in ZooKeeper")
    public Integer logId;

    @Option(
            names = "--log_replicas",
            description = "Where all replicas are, ID@HOST:PORT,... Default: those found below --zk, in log_replicas")
    public String logReplicas;

    @Option(
            names = "--log_leader_timeout",
            description = "Time after which a leader that is not heard of is succeeded, at least 300ms."
                    + " Default: ${DEFAULT-VALUE}")
    public String logLeaderTimeout = "1secs";

    @Option(names = "--cluster", description = "Name of the cluster, shown to people")
    public String cluster;

    @Option(
            names = "--allocation_interval",
            description = "Time between rounds over all agents. Default: ${DEFAULT-VALUE}")
    public String allocationInterval = "1secs";

    @Option(
            names = "--min_allocatable_resources",
            description = "What an offer must hold at least. Default: ${DEFAULT-VALUE}")
    public String minAllocatableResources = "cpus:0.01|mem:32";

    @Option(
            names = {"--agent_ping_timeout", "--slave_ping_timeout"},
            description = "Time between pings, and to wait for a pong. Mesos: 15secs. Default: ${DEFAULT-VALUE}")
    public String agentPingTimeout = "2secs";

    @Option(
            names = {"--max_agent_ping_timeouts", "--max_slave_ping_timeouts"},
            description = "Missed pongs until an agent is unreachable. Default: ${DEFAULT-VALUE}")
    public int maxAgentPingTimeouts = 5;

    @Option(
            names = {"--agent_reregister_timeout", "--slave_reregister_timeout"},
            description = "Time for agents to come back when the master has changed, at least --agent_ping_timeout *"
                    + " --max_agent_ping_timeouts. Mesos: 10mins. Default: 1mins, or that product if it is more")
    public String agentReregisterTimeout;

    @Option(
            names = {"--agent_removal_rate_limit", "--slave_removal_rate_limit"},
            description = "At most so many agents are marked unreachable in so much time, such as 1/10mins."
                    + " Default: no limit")
    public String agentRemovalRateLimit;

    @Option(
            names = "--agent_removal_limit",
            description = "While a larger part of the agents misses pings, none is marked unreachable; 100%% for no"
                    + " limit. Default: 50%%")
    public String agentRemovalLimit = "50%";

    @Option(
            names = {"--recovery_agent_removal_limit", "--recovery_slave_removal_limit"},
            description = "While a larger part of the agents is not back after the master has changed, none is marked"
                    + " unreachable; 100%% for no limit. Default: 50%%")
    public String recoveryAgentRemovalLimit = "50%";

    @Option(
            names = "--registry_gc_interval",
            description = "Time between clearings of the lists of unreachable and gone agents. Default:"
                    + " ${DEFAULT-VALUE}")
    public String registryGcInterval = "15mins";

    @Option(
            names = {"--registry_max_agent_age", "--registry_max_slave_age"},
            description = "How long unreachable and gone agents are remembered. Default: ${DEFAULT-VALUE}")
    public String registryMaxAgentAge = "2weeks";

    @Option(
            names = {"--registry_max_agent_count", "--registry_max_slave_count"},
            description = "How many unreachable, and how many gone agents are remembered, at most 102400. Default:"
                    + " ${DEFAULT-VALUE}")
    public int registryMaxAgentCount = 102_400;

    @Option(
            names = "--offer_timeout",
            description = "Time after which an unanswered offer is rescinded. Default: never")
    public String offerTimeout;

    @Option(names = "--roles", description = "Roles that frameworks may use, comma-separated. Default: any")
    public String roles;

    @Option(names = "--weights", description = "Weights of roles, role=weight,...")
    public String weights;

    @Option(
            names = "--max_completed_frameworks",
            description = "Completed frameworks to remember. Default: ${DEFAULT-VALUE}")
    public int maxCompletedFrameworks = 50;

    @Option(
            names = "--max_completed_tasks_per_framework",
            description = "Completed tasks to remember of each framework. Default: ${DEFAULT-VALUE}")
    public int maxCompletedTasksPerFramework = 1000;

    @Option(
            names = "--max_unreachable_tasks_per_framework",
            description = "Unreachable tasks to remember of each framework. Default: ${DEFAULT-VALUE}")
    public int maxUnreachableTasksPerFramework = 1000;

    @Option(
            names = "--max_operator_event_stream_subscribers",
            description = "Subscribers of the operator API; the oldest is closed beyond. Default: ${DEFAULT-VALUE}")
    public int maxOperatorEventStreamSubscribers = 1000;

    @Option(names = "--registry_store_timeout", description = "Time for a registry write. Default: ${DEFAULT-VALUE}")
    public String registryStoreTimeout = "20secs";
}
