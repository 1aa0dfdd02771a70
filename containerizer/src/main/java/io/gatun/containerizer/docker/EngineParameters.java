package io.gatun.containerizer.docker;

import static io.gatun.containerizer.docker.ParameterValues.bytes;
import static io.gatun.containerizer.docker.ParameterValues.device;
import static io.gatun.containerizer.docker.ParameterValues.deviceRate;
import static io.gatun.containerizer.docker.ParameterValues.flag;
import static io.gatun.containerizer.docker.ParameterValues.keyValue;
import static io.gatun.containerizer.docker.ParameterValues.list;
import static io.gatun.containerizer.docker.ParameterValues.logOption;
import static io.gatun.containerizer.docker.ParameterValues.number;
import static io.gatun.containerizer.docker.ParameterValues.tmpfs;
import static io.gatun.containerizer.docker.ParameterValues.ulimit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.isolator.EngineConfig.Parameter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The parameters of a Docker task (ContainerInfo.DockerInfo.parameters): options of {@code docker run} by their long names,
 * put into the fields that the Engine API has for them.
 */
final class EngineParameters {
    private static final Map<String, Setter> SETTERS = new TreeMap<>();

    /** These would take from Gatun what it must decide itself. */
    private static final Map<String, String> OURS = Map.of(
            "name", "Gatun names its containers itself",
            "rm", "Gatun removes containers itself, after --docker_remove_delay",
            "restart", "the scheduler restarts tasks",
            "detach", "Gatun follows its containers itself",
            "cidfile", "Gatun keeps the id itself",
            "publish", "give port_mappings instead",
            "publish-all", "give port_mappings instead");

    /** Puts the text of a parameter into the request. */
    @FunctionalInterface
    interface Setter {
        /**
         * Sets it.
         *
         * @param config the outer object of POST /containers/create
         * @param host its HostConfig
         * @throws IllegalArgumentException with the rule that the text breaks
         */
        void set(ObjectNode config, ObjectNode host, String text);
    }

    static {
        for (String[] option : new String[][] {
            {"cgroup-parent", "CgroupParent"},
            {"cgroupns", "CgroupnsMode"},
            {"cpuset-cpus", "CpusetCpus"},
            {"cpuset-mems", "CpusetMems"},
            {"ipc", "IpcMode"},
            {"pid", "PidMode"},
            {"runtime", "Runtime"},
            {"userns", "UsernsMode"},
            {"uts", "UTSMode"},
            {"volume-driver", "VolumeDriver"}
        }) {
            SETTERS.put(option[0], (config, host, text) -> host.put(option[1], text));
        }
        for (String[] option : new String[][] {
            {"domainname", "Domainname"}, {"hostname", "Hostname"}, {"mac-address", "MacAddress"},
            {"stop-signal", "StopSignal"}, {"user", "User"}, {"workdir", "WorkingDir"}
        }) {
            SETTERS.put(option[0], (config, host, text) -> config.put(option[1], text));
        }
        for (String[] option : new String[][] {
            {"add-host", "ExtraHosts"},
            {"cap-add", "CapAdd"},
            {"cap-drop", "CapDrop"},
            {"device-cgroup-rule", "DeviceCgroupRules"},
            {"dns", "Dns"},
            {"dns-option", "DnsOptions"},
            {"dns-opt", "DnsOptions"},
            {"dns-search", "DnsSearch"},
            {"group-add", "GroupAdd"},
            {"link", "Links"},
            {"security-opt", "SecurityOpt"},
            {"volume", "Binds"},
            {"volumes-from", "VolumesFrom"}
        }) {
            SETTERS.put(option[0], (config, host, text) -> list(host, option[1], text));
        }
        for (String[] option : new String[][] {
            {"blkio-weight", "BlkioWeight"}, {"cpu-period", "CpuPeriod"}, {"cpu-quota", "CpuQuota"},
            {"cpu-shares", "CpuShares"}, {"memory-swappiness", "MemorySwappiness"}, {"oom-score-adj", "OomScoreAdj"},
            {"pids-limit", "PidsLimit"}
        }) {
            SETTERS.put(option[0], (config, host, text) -> host.put(option[1], number(text)));
        }
        for (String[] option : new String[][] {
            {"kernel-memory", "KernelMemory"},
            {"memory", "Memory"},
            {"memory-reservation", "MemoryReservation"},
            {"memory-swap", "MemorySwap"},
            {"shm-size", "ShmSize"}
        }) {
            SETTERS.put(option[0], (config, host, text) -> host.put(option[1], bytes(text)));
        }
        for (String[] option : new String[][] {
            {"init", "Init"},
            {"oom-kill-disable", "OomKillDisable"},
            {"privileged", "Privileged"},
            {"read-only", "ReadonlyRootfs"}
        }) {
            SETTERS.put(option[0], (config, host, text) -> host.put(option[1], flag(text)));
        }
        for (String[] option : new String[][] {
            {"device-read-bps", "BlkioDeviceReadBps"}, {"device-write-bps", "BlkioDeviceWriteBps"},
            {"device-read-iops", "BlkioDeviceReadIOps"}, {"device-write-iops", "BlkioDeviceWriteIOps"},
            {"blkio-weight-device", "BlkioWeightDevice"}
        }) {
            SETTERS.put(option[0], (config, host, text) -> deviceRate(host, option[1], text));
        }
        SETTERS.put("cpus", (config, host, text) -> host.put("NanoCpus", ParameterValues.nanoCpus(text)));
        SETTERS.put("env", (config, host, text) -> list(config, "Env", text));
        SETTERS.put(
                "entrypoint",
                (config, host, text) -> config.putArray("Entrypoint").add(text));
        SETTERS.put("tty", (config, host, text) -> config.put("Tty", flag(text)));
        SETTERS.put(
                "expose",
                (config, host, text) -> config.withObjectProperty("ExposedPorts")
                        .putObject(text.indexOf('/') < 0 ? text + "/tcp" : text));
        SETTERS.put("label", (config, host, text) -> keyValue(config.withObjectProperty("Labels"), text));
        SETTERS.put("sysctl", (config, host, text) -> keyValue(host.withObjectProperty("Sysctls"), text));
        SETTERS.put("storage-opt", (config, host, text) -> keyValue(host.withObjectProperty("StorageOpt"), text));
        SETTERS.put("tmpfs", (config, host, text) -> tmpfs(host.withObjectProperty("Tmpfs"), text));
        SETTERS.put("ulimit", (config, host, text) -> ulimit(host, text));
        SETTERS.put("device", (config, host, text) -> device(host, text));
        SETTERS.put(
                "log-driver",
                (config, host, text) ->
                        host.withObjectProperty("LogConfig").put("Type", ParameterValues.logDriver(text)));
        SETTERS.put("log-opt", (config, host, text) -> logOption(host.withObjectProperty("LogConfig"), text));
        SETTERS.put("net", (config, host, text) -> host.put("NetworkMode", text));
        SETTERS.put("network", (config, host, text) -> host.put("NetworkMode", text));
        SETTERS.put("network-alias", EngineParameters::networkAlias);
        SETTERS.put("net-alias", EngineParameters::networkAlias);
        HealthParameters.addTo(SETTERS);
    }

    private EngineParameters() {}

    /**
     * Puts parameters into a request, in their order.
     *
     * @throws IllegalArgumentException naming the parameter, its text and the rule
     */
    static void apply(List<Parameter> parameters, ObjectNode config, ObjectNode host) {
        for (Parameter parameter : parameters) {
            String field = "docker.parameters." + parameter.key() + "=" + parameter.value();
            if (OURS.containsKey(parameter.key())) {
                throw new IllegalArgumentException(field + ": " + OURS.get(parameter.key()));
            }
            Setter setter = SETTERS.get(parameter.key());
            if (setter == null) {
                throw new IllegalArgumentException(
                        field + ": is not known; known are " + String.join(", ", new TreeSet<>(SETTERS.keySet())));
            }
            try {
                setter.set(config, host, parameter.value());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
            }
        }
    }

    private static void networkAlias(ObjectNode config, ObjectNode host, String text) {
        String network = host.path("NetworkMode").asText();
        list(
                config.withObjectProperty("NetworkingConfig")
                        .withObjectProperty("EndpointsConfig")
                        .withObjectProperty(network),
                "Aliases",
                text);
    }
}
