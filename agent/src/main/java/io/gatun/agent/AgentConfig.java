package io.gatun.agent;

import io.gatun.agent.store.Account;
import io.gatun.containerizer.PerfConfig;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.IoConfig;
import io.gatun.mesos.flags.Durations;
import io.gatun.mesos.flags.StartupException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An agent's flags, checked.
 *
 * @param advertisedIp address that others reach this agent at: --ip, or the host's when that is 0.0.0.0
 * @param hostname name that offers show
 * @param allowedDevices that containers may open besides the usual ones
 * @param containers what the flags say of containers
 * @param self the account that the agent runs as
 */
record AgentConfig(
        AgentFlags flags,
        String advertisedIp,
        String hostname,
        Path workDir,
        Path runtimeDir,
        Duration executorShutdownGracePeriod,
        Duration registrationBackoffFactor,
        Duration gcDelay,
        Duration diskWatchInterval,
        List<DeviceRule> allowedDevices,
        PerfConfig perf,
        boolean reconnect,
        IoConfig io,
        ContainerOptions containers,
        Account self) {
    private static final int PORT_MAX = 65_535;

    /** @throws StartupException naming flag, text and rule */
    static AgentConfig of(AgentFlags flags) {
        if (flags.port < 0 || flags.port > PORT_MAX) {
            throw invalid("--port", flags.port, "must be 0 to " + PORT_MAX);
        }
        if (!(flags.gcDiskHeadroom >= 0 && flags.gcDiskHeadroom <= 1)) {
            throw invalid("--gc_disk_headroom", flags.gcDiskHeadroom, "must be 0.0 to 1.0");
        }
        if (flags.containerPidsLimit < 0) {
            throw invalid("--container_pids_limit", flags.containerPidsLimit, "must not be negative");
        }
        if (flags.maxCompletedExecutorsPerFramework < 0) {
            throw invalid(
                    "--max_completed_executors_per_framework",
                    flags.maxCompletedExecutorsPerFramework,
                    "must not be negative");
        }
        duration("--docker_stop_timeout", flags.dockerStopTimeout);
        duration("--docker_remove_delay", flags.dockerRemoveDelay);
        if (!"reconnect".equals(flags.recover) && !"cleanup".equals(flags.recover)) {
            throw invalid("--recover", flags.recover, "must be reconnect or cleanup");
        }
        String ip = advertised(flags.ip);
        Path workDir = flags.workDir.toAbsolutePath().normalize();
        return new AgentConfig(
                flags,
                ip,
                flags.hostname == null ? ip : flags.hostname,
                workDir,
                flags.runtimeDir == null
                        ? workDir.resolve("run")
                        : flags.runtimeDir.toAbsolutePath().normalize(),
                duration("--executor_shutdown_grace_period", flags.executorShutdownGracePeriod),
                duration("--registration_backoff_factor", flags.registrationBackoffFactor),
                duration("--gc_delay", flags.gcDelay),
                duration("--disk_watch_interval", flags.diskWatchInterval),
                AllowedDevices.parse(flags.allowedDevices),
                perf(flags),
                "reconnect".equals(flags.recover),
                LogFlags.of(flags),
                ContainerOptions.of(flags, workDir),
                Account.ofThisProcess());
    }

    static StartupException invalid(String flag, Object text, String rule) {
        return new StartupException(flag + "=" + text, rule, "correct the flag");
    }

    private static PerfConfig perf(AgentFlags flags) {
        Duration interval = duration("--perf_interval", flags.perfInterval);
        Duration length = duration("--perf_duration", flags.perfDuration);
        try {
            return PerfConfig.parse(flags.perfEvents == null ? "" : flags.perfEvents, interval, length);
        } catch (IllegalArgumentException e) {
            throw new StartupException("--perf_events", e.getMessage(), "correct the flags", e);
        }
    }

    private static Duration duration(String flag, String text) {
        try {
            Duration duration = Durations.parse(text);
            if (duration.isNegative()) {
                throw invalid(flag, text, "must not be negative");
            }
            return duration;
        } catch (IllegalArgumentException e) {
            throw new StartupException(flag + "=" + text, e.getMessage(), "correct the flag", e);
        }
    }

    private static String advertised(String ip) {
        try {
            InetAddress address = InetAddress.getByName(ip);
            return (address.isAnyLocalAddress() ? InetAddress.getLocalHost() : address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new StartupException("--ip=" + ip, "is no address of this host", "give an IPv4 address", e);
        }
    }
}
