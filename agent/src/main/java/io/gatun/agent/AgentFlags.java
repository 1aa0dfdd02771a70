package io.gatun.agent;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * How an agent is started. Names and defaults are Mesos' unless a description says otherwise. Durations are texts such
 * as {@code 5secs} or {@code 1weeks}. Every value is checked by {@link Agent#launch}, which names the flag, its text
 * and the rule; later changes of the fields have no effect.
 */
public final class AgentFlags {
    @Option(names = "--ip", paramLabel = "IP", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    public String ip = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port to listen on, 0 for any (default: ${DEFAULT-VALUE}).")
    public int port = 5051;

    @Option(
            names = "--hostname",
            paramLabel = "HOST",
            description = "Name that offers and the master's pages show (default: the value of --ip).")
    public String hostname;

    @Option(
            names = "--master",
            paramLabel = "MASTER",
            description = "The master: zk://host:port,.../path or host:port (default: ${DEFAULT-VALUE}).")
    public String master = "zk://127.0.0.1:2181/mesos";

    @Option(
            names = "--work_dir",
            paramLabel = "DIR",
            description = "Sandboxes and checkpoints; must outlive reboots (default: ${DEFAULT-VALUE}).")
    public Path workDir = Path.of("/var/lib/gatun/agent");

    @Option(
            names = "--runtime_dir",
            paramLabel = "DIR",
            description = "State of running containers, void after a reboot (default: run below --work_dir).")
    public Path runtimeDir;

    @Option(
            names = "--resources",
            paramLabel = "RESOURCES",
            description = "What to offer, cpus:4;mem:1024;disk:2048;ports:[31000-32000]; a kind not named is detected.")
    public String resources;

    @Option(
            names = "--attributes",
            paramLabel = "ATTRIBUTES",
            description = "Facts about this machine for schedulers, rack:a;zone:b.")
    public String attributes;

    @Option(
            names = "--cgroups_root",
            paramLabel = "NAME",
            description = "Cgroup below which all containers lie (default: ${DEFAULT-VALUE}; Mesos: mesos).")
    public String cgroupsRoot = "gatun";

    @Option(
            names = "--allow_unenforced_limits",
            description = "Run a task although a limit of it cannot be enforced on this host (default: refuse it).")
    public boolean allowUnenforcedLimits;

    @Option(
            names = "--container_pids_limit",
            paramLabel = "N",
            description = "Most processes and threads of one container, 0 for no limit (default: ${DEFAULT-VALUE};"
                    + " no Mesos counterpart).")
    public long containerPidsLimit = 4096;

    @Option(
            names = "--switch_user",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description =
                    "Run a task as its own or its framework's user, else as the agent's (default: ${DEFAULT-VALUE}).")
    public boolean switchUser = true;

    @Option(
            names = "--executor_shutdown_grace_period",
            paramLabel = "DURATION",
            description = "Between SIGTERM and SIGKILL when a framework or executor is shut down"
                    + " (default: ${DEFAULT-VALUE}).")
    public String executorShutdownGracePeriod = "5secs";

    @Option(
            names = "--recover",
            paramLabel = "reconnect|cleanup",
            description =
                    "What becomes of the tasks of the agent that ran here before: reconnect takes them over, cleanup"
                            + " ends them and registers anew (default: ${DEFAULT-VALUE}).")
    public String recover = "reconnect";

    @Option(
            names = "--registration_backoff_factor",
            paramLabel = "DURATION",
            description = "Registrations are tried again after a random part of this, doubled each time up to 1mins"
                    + " (default: ${DEFAULT-VALUE}).")
    public String registrationBackoffFactor = "1secs";

    @Option(
            names = "--gc_delay",
            paramLabel = "DURATION",
            description = "Keep the sandbox of an ended task at most this long (default: ${DEFAULT-VALUE}).")
    public String gcDelay = "1weeks";

    @Option(
            names = "--gc_disk_headroom",
            paramLabel = "FRACTION",
            description =
                    "Sandboxes are kept shorter as the disk fills, not at all when less than this part of it is free"
                            + " (default: ${DEFAULT-VALUE}).")
    public double gcDiskHeadroom = 0.1;

    @Option(
            names = "--disk_watch_interval",
            paramLabel = "DURATION",
            description = "Time between two looks for sandboxes to remove (default: ${DEFAULT-VALUE}).")
    public String diskWatchInterval = "1mins";

    @Option(
            names = "--max_completed_executors_per_framework",
            paramLabel = "N",
            description = "Ended executors shown for each framework (default: ${DEFAULT-VALUE}).")
    public int maxCompletedExecutorsPerFramework = 150;
}
