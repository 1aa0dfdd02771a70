package io.gatun.agent;

import io.gatun.containerizer.image.unpack.UnpackLimits;
import io.gatun.containerizer.network.BridgeConfig;
import io.gatun.containerizer.network.cni.CniSettings;
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
            description =
                    "What to offer, cpus:4;mem:1024;disk:2048;ports:[31000-32000], or a JSON array of Resource, where"
                            + " other disks have a disk.source, PATH or MOUNT; a kind not named is detected.")
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
            names = "--isolation",
            paramLabel = "NAMES",
            description =
                    "Isolators of containers, separated by commas, in any order (default: those for cpu, mem, pids,"
                            + " processes, ipc, files and networks).")
    public String isolation;

    @Option(
            names = "--bridge_name",
            paramLabel = "NAME",
            description = "Bridge for containers, made for the first of them, removed after the last (default:"
                    + " ${DEFAULT-VALUE}; no Mesos counterpart).")
    public String bridgeName = BridgeConfig.NAME;

    @Option(
            names = "--bridge_subnet",
            paramLabel = "NETWORK",
            description =
                    "IPv4 network of the bridge, whose first address the bridge has (default: ${DEFAULT-VALUE}; no"
                            + " Mesos counterpart).")
    public String bridgeSubnet = BridgeConfig.SUBNET;

    @Option(
            names = "--bridge_mtu",
            paramLabel = "BYTES",
            description = "Largest packet on the bridge, 576 to 65535, 0 for the kernel's default (default:"
                    + " ${DEFAULT-VALUE}; no Mesos counterpart).")
    public int bridgeMtu;

    @Option(
            names = "--network_cni_config_dir",
            paramLabel = "DIR",
            description = "Networks of the Container Network Interface, read at each launch (default: ${DEFAULT-VALUE};"
                    + " Mesos: none).")
    public String networkCniConfigDir = CniSettings.CONFIG_DIR;

    @Option(
            names = "--network_cni_plugins_dir",
            paramLabel = "DIR:...",
            description = "Where their plugins are, searched in order (default: ${DEFAULT-VALUE}; Mesos: none).")
    public String networkCniPluginsDir = CniSettings.PLUGINS_DIR;

    @Option(
            names = "--default_container_dns",
            paramLabel = "JSON",
            description =
                    "Name servers of containers on networks of their own: {\"mesos\": [{\"network_mode\": \"CNI\","
                            + " \"network_name\": ..., \"dns\": {\"nameservers\": [...]}}]} (default: the host's).")
    public String defaultContainerDns;

    @Option(
            names = "--container_disk_watch_interval",
            paramLabel = "DURATION",
            description = "With isolator disk/du or disk/xfs: time between two looks at what a container has written"
                    + " (default: ${DEFAULT-VALUE}).")
    public String containerDiskWatchInterval = "15secs";

    @Option(
            names = "--enforce_container_disk_quota",
            description = "With isolator disk/du or disk/xfs: end a container that has written more than its disk"
                    + " resource (default: only count it).")
    public boolean enforceContainerDiskQuota;

    @Option(
            names = "--xfs_project_range",
            paramLabel = "RANGE",
            description = "With isolator disk/xfs: project ids that containers get (default: ${DEFAULT-VALUE}).")
    public String xfsProjectRange = "[5000-10000]";

    @Option(
            names = "--user_namespace_ids",
            paramLabel = "FIRST-LAST",
            description = "With isolator namespaces/user: the host's users and groups that a container's 0 and"
                    + " following are (default: ${DEFAULT-VALUE}; no Mesos counterpart).")
    public String userNamespaceIds = "100000-165535";

    @Option(
            names = "--container_ports_watch_interval",
            paramLabel = "DURATION",
            description = "With isolator network/ports: time between two looks for who listens (default:"
                    + " ${DEFAULT-VALUE}).")
    public String containerPortsWatchInterval = "30secs";

    @Option(
            names = "--enforce_container_ports",
            description =
                    "With isolator network/ports: end a task that listens on ports it was not given (default: only"
                            + " log it).")
    public boolean enforceContainerPorts;

    @Option(
            names = "--check_agent_port_range_only",
            description = "With isolator network/ports: only ports that this agent offers count (default: all).")
    public boolean checkAgentPortRangeOnly;

    @Option(
            names = "--allow_unenforced_limits",
            description = "Run a task although a limit of it cannot be enforced on this host (default: refuse it).")
    public boolean allowUnenforcedLimits;

    @Option(
            names = "--effective_capabilities",
            paramLabel = "JSON",
            description = "Capabilities of tasks that ask for none, {\"capabilities\":[\"CHOWN\"]}"
                    + " (default: all on the host's files, those of docs/security.md in an image).")
    public String effectiveCapabilities;

    @Option(
            names = "--bounding_capabilities",
            paramLabel = "JSON",
            description = "The most capabilities that a task can have or ask for (default: those of the agent).")
    public String boundingCapabilities;

    @Option(
            names = "--seccomp_config_dir",
            paramLabel = "DIR",
            description = "Seccomp profiles that tasks may name, in the format of Docker.")
    public Path seccompConfigDir;

    @Option(
            names = "--seccomp_profile_name",
            paramLabel = "FILE",
            description = "Profile in --seccomp_config_dir of tasks that name none"
                    + " (default: none on the host's files, a built-in one in an image).")
    public String seccompProfileName;

    @Option(
            names = "--allow_new_privileges",
            description = "Let programs of containers gain rights by exec, as sudo needs it (default: they cannot).")
    public boolean allowNewPrivileges;

    @Option(
            names = "--container_pids_limit",
            paramLabel = "N",
            description = "Most processes and threads of one container, 0 for no limit (default: ${DEFAULT-VALUE};"
                    + " no Mesos counterpart).")
    public long containerPidsLimit = 4096;

    @Option(
            names = "--allowed_devices",
            paramLabel = "JSON",
            description = "Devices that containers may open besides the usual ones, needs --isolation=cgroups/devices:"
                    + " {\"allowed_devices\":[{\"device\":{\"path\":\"/dev/kvm\"},\"access\":{\"read\":true,"
                    + "\"write\":true}}]}.")
    public String allowedDevices;

    @Option(
            names = "--perf_events",
            paramLabel = "EVENTS",
            description = "Events of perf list to count for each container, separated by commas; needs"
                    + " --isolation=cgroups/perf_event (default: none).")
    public String perfEvents;

    @Option(
            names = "--perf_interval",
            paramLabel = "DURATION",
            description = "Between the starts of two samples of --perf_events (default: ${DEFAULT-VALUE}).")
    public String perfInterval = "60secs";

    @Option(
            names = "--perf_duration",
            paramLabel = "DURATION",
            description = "How long a sample of --perf_events takes (default: ${DEFAULT-VALUE}).")
    public String perfDuration = "10secs";

    @Option(
            names = "--max_log_size",
            paramLabel = "SIZE",
            description = "Size at which a task's stdout or stderr is renamed to stdout.1, that to stdout.2 and so on,"
                    + " such as 10MB; 0B lets them grow (default: ${DEFAULT-VALUE}; Mesos: max_stdout_size and"
                    + " max_stderr_size of its LogrotateContainerLogger).")
    public String maxLogSize = "0B";

    @Option(
            names = "--max_log_files",
            paramLabel = "N",
            description = "Files kept of each, the one being written included, 1 to 1000 (default: ${DEFAULT-VALUE};"
                    + " Mesos: rotate in logrotate_stdout_options).")
    public int maxLogFiles = 10;

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

    @Option(
            names = "--containerizers",
            paramLabel = "mesos,docker",
            description = "Who runs containers, in order: mesos, Gatun itself; docker, a Docker Engine"
                    + " (default: ${DEFAULT-VALUE}).")
    public String containerizers = "mesos";

    @Option(
            names = "--image_providers",
            paramLabel = "docker",
            description = "Kinds of images for Gatun's own containers, or nothing for none"
                    + " (default: ${DEFAULT-VALUE}; Mesos: none).")
    public String imageProviders = "docker";

    @Option(
            names = "--docker_config",
            paramLabel = "JSON|PATH",
            description = "Credentials for registries, as Docker's config.json or the absolute path of one.")
    public String dockerConfig;

    @Option(
            names = "--docker_socket",
            paramLabel = "PATH",
            description = "Unix socket of the Docker Engine (default: ${DEFAULT-VALUE}).")
    public Path dockerSocket = Path.of("/var/run/docker.sock");

    @Option(
            names = "--docker_stop_timeout",
            paramLabel = "DURATION",
            description = "Between the stop signal and SIGKILL when the engine destroys a container"
                    + " (default: ${DEFAULT-VALUE}).")
    public String dockerStopTimeout = "0secs";

    @Option(
            names = "--docker_remove_delay",
            paramLabel = "DURATION",
            description = "How long the engine keeps an ended container (default: ${DEFAULT-VALUE}).")
    public String dockerRemoveDelay = "6hrs";

    @Option(
            names = "--docker_kill_orphans",
            arity = "0..1",
            fallbackValue = "true",
            paramLabel = "true|false",
            description = "End this agent's containers in the engine that it does not know when it comes back"
                    + " (default: ${DEFAULT-VALUE}).")
    public boolean dockerKillOrphans = true;

    @Option(
            names = "--docker_registry",
            paramLabel = "URL|DIR",
            description = "Where images of Gatun's own containers come from: a registry, or a directory of archives and"
                    + " layouts (default: ${DEFAULT-VALUE}).")
    public String dockerRegistry = "https://registry-1.docker.io";

    @Option(
            names = "--docker_registry_mirrors",
            paramLabel = "TEXT",
            description = "Mirrors to ask first, registry=url,url;... (default: none; no Mesos counterpart).")
    public String dockerRegistryMirrors = "";

    @Option(
            names = "--docker_plain_http_registries",
            paramLabel = "HOSTS",
            description = "Registries that are spoken to without TLS, separated by commas (default: none; no Mesos"
                    + " counterpart).")
    public String dockerPlainHttpRegistries = "";

    @Option(
            names = "--docker_store_dir",
            paramLabel = "DIR",
            description = "Layers of images (default: store/docker below --work_dir; Mesos: /tmp/mesos/store/docker).")
    public Path dockerStoreDir;

    @Option(
            names = "--max_layer_bytes",
            paramLabel = "BYTES",
            description = "An image with a layer that is larger uncompressed is refused (default: ${DEFAULT-VALUE}; no"
                    + " Mesos counterpart).")
    public String maxLayerBytes = "32GB";

    @Option(
            names = "--max_layer_entries",
            paramLabel = "COUNT",
            description = "An image with a layer of more files, directories and links is refused (default:"
                    + " ${DEFAULT-VALUE}; no Mesos counterpart).")
    public long maxLayerEntries = UnpackLimits.DEFAULT.maxEntries();

    @Option(
            names = "--max_layer_ratio",
            paramLabel = "COUNT",
            description =
                    "An image with a layer of more bytes for each compressed one is refused, beyond the first 64 MiB"
                            + " (default: ${DEFAULT-VALUE}; no Mesos counterpart).")
    public long maxLayerRatio = UnpackLimits.DEFAULT.maxRatio();

    @Option(
            names = "--image_provisioner_backend",
            paramLabel = "overlay|copy",
            description = "How layers become one tree (default: overlay where it works, else copy).")
    public String imageProvisionerBackend = "";
}
