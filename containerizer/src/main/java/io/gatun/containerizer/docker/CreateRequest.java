package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.EngineConfig;
import io.gatun.isolator.Image;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.PortMapping;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A container's configuration as the body of POST /containers/create. Pure: whatever an engine cannot do, or must not be
 * asked for, is refused here, before anything exists.
 */
final class CreateRequest {
    /** Where the sandbox is in the container, as with Mesos. */
    static final String SANDBOX = "/mnt/mesos/sandbox";

    /** What the names of our containers start with, as with Mesos. */
    static final String NAME_PREFIX = "mesos-";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long CPU_SHARES_PER_CPU = 1024;
    /** The least that the kernel takes; cgroup v1 cpu.shares. */
    private static final long CPU_SHARES_MIN = 2;

    private static final long CPU_PERIOD_US = 100_000;
    private static final long CPU_QUOTA_MIN_US = 1_000;
    private static final Pattern NETWORK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Set<String> NOT_A_USER_NETWORK = Set.of("host", "bridge", "none", "default", "container");

    private final ContainerConfig container;
    private final EngineConfig engine;
    private final ObjectNode body = JSON.createObjectNode();
    private final ObjectNode host = body.putObject("HostConfig");

    private CreateRequest(ContainerConfig container) {
        this.container = container;
        this.engine = container.engine().orElse(EngineConfig.DEFAULT);
    }

    /** The engine's name of a container. */
    static String name(String id) {
        return NAME_PREFIX + id;
    }

    /**
     * The body.
     *
     * @param label value of {@link Engine#LABEL}
     * @throws IllegalArgumentException naming field, value and rule
     */
    static ObjectNode of(ContainerConfig container, String label) {
        CreateRequest request = new CreateRequest(container);
        request.refuse();
        request.program();
        request.streams();
        request.body.putObject("Labels").put(Engine.LABEL, label);
        limits(request.host, container.limits());
        request.mounts();
        request.network();
        request.namespaces();
        request.host.put("Privileged", request.engine.privileged());
        EngineParameters.apply(request.engine.parameters(), request.body, request.host);
        request.checkNetwork();
        return request.body;
    }

    /** The part of a configuration that limits make, which is also the body of an update. */
    static ObjectNode limits(Limits limits) {
        ObjectNode update = JSON.createObjectNode();
        limits(update, limits);
        return update;
    }

    private static void limits(ObjectNode to, Limits limits) {
        double share = limits.cpu().request() > 0 ? limits.cpu().request() : limits.cpus();
        if (share > 0) {
            to.put("CpuShares", Math.max((long) (share * CPU_SHARES_PER_CPU), CPU_SHARES_MIN));
        }
        if (limits.cpus() > 0) {
            to.put("CpuPeriod", CPU_PERIOD_US);
            to.put("CpuQuota", Math.max((long) (limits.cpus() * CPU_PERIOD_US), CPU_QUOTA_MIN_US));
        }
        if (limits.memory().softBytes() > 0) {
            to.put("MemoryReservation", limits.memory().softBytes());
        }
        if (limits.memoryBytes() > 0) {
            long swap = limits.memory().swapBytes();
            // The engine counts memory and swap together: as much as memory alone means no swap.
            to.put("Memory", limits.memoryBytes())
                    .put("MemorySwap", swap == Limits.Memory.UNLIMITED ? -1 : limits.memoryBytes() + swap);
        }
        if (limits.pids() > 0) {
            to.put("PidsLimit", limits.pids());
        }
    }

    private void refuse() {
        Image image = container.filesystem().image().orElse(null);
        if (image == null) {
            throw refused("image", "", "a Docker Engine needs one");
        }
        ImageName.parse(image.name());
        container.parent().ifPresent(parent -> {
            throw refused("parent", parent, "a Docker Engine has no nested containers");
        });
        if (container.filesystem().diskBytes() > 0) {
            throw refused(
                    "filesystem.diskBytes",
                    container.filesystem().diskBytes(),
                    "a Docker Engine limits no disk space (the parameter storage-opt does, on some file systems)");
        }
        if (container.namespaces().sharePidNamespace()) {
            throw refused("namespaces.sharePidNamespace", true, "give the parameter pid=host instead");
        }
    }

    private void program() {
        Image image = container.filesystem().image().orElseThrow();
        body.put("Image", image.name());
        List<String> argv = container.argv();
        if (!argv.isEmpty()) {
            body.putArray("Entrypoint").add(argv.getFirst());
            ArrayNode arguments = body.putArray("Cmd");
            argv.stream().skip(1).forEach(arguments::add);
        } else if (!image.arguments().isEmpty()) {
            ArrayNode arguments = body.putArray("Cmd");
            image.arguments().forEach(arguments::add);
        }
        ArrayNode environment = body.putArray("Env");
        container.environment().forEach((name, value) -> {
            if (!name.equals("MESOS_SANDBOX") && !name.equals("MESOS_CONTAINER_NAME")) {
                environment.add(name + "=" + value);
            }
        });
        environment.add("MESOS_SANDBOX=" + SANDBOX).add("MESOS_CONTAINER_NAME=" + name(container.id()));
        container.user().ifPresent(user -> body.put("User", user));
        container.filesystem().workingDirectory().ifPresent(directory -> body.put("WorkingDir", directory));
    }

    private void streams() {
        body.put("Tty", container.io().terminal().isPresent());
        body.put("OpenStdin", container.io().pipedInput());
    }

    private void mounts() {
        host.put("ReadonlyRootfs", container.filesystem().readOnlyRoot());
        ArrayNode mounts = host.putArray("Mounts");
        MountRequest.sandbox(container.sandbox(), mounts);
        container.filesystem().volumes().forEach(volume -> MountRequest.volume(container, volume, mounts));
    }

    private void network() {
        String mode = engine.network().map(this::userNetwork).orElseGet(this::commonNetwork);
        host.put("NetworkMode", mode);
        List<PortMapping> ports =
                container.network() instanceof NetworkConfig.Bridge bridge ? bridge.ports() : engine.ports();
        for (PortMapping port : ports) {
            String key = port.containerPort() + "/" + port.protocol();
            body.withObjectProperty("ExposedPorts").putObject(key);
            host.withObjectProperty("PortBindings")
                    .withArrayProperty(key)
                    .addObject()
                    .put("HostPort", Integer.toString(port.hostPort()));
        }
    }

    private String commonNetwork() {
        NetworkConfig network = container.network();
        if (network instanceof NetworkConfig.Host) {
            return "host";
        }
        if (network instanceof NetworkConfig.None) {
            return "none";
        }
        if (network instanceof NetworkConfig.Bridge) {
            return "bridge";
        }
        throw refused("network", network, "must be host, none, bridge or a network of the engine");
    }

    private String userNetwork(String name) {
        if (!NETWORK.matcher(name).matches() || NOT_A_USER_NETWORK.contains(name)) {
            throw refused("docker.network", name, "must be the name of a network that was made in the engine");
        }
        return name;
    }

    private void namespaces() {
        container.namespaces().hostname().ifPresent(name -> body.put("Hostname", name));
        if (container.namespaces().sharedMemoryBytes() > 0) {
            host.put("ShmSize", container.namespaces().sharedMemoryBytes());
        }
    }

    /** After the parameters, which may have chosen another network. */
    private void checkNetwork() {
        String mode = host.path("NetworkMode").asText();
        boolean shared = mode.equals("host") || mode.startsWith("container:");
        if ((shared || mode.equals("none")) && host.has("PortBindings")) {
            throw refused(
                    "port_mappings",
                    body.path("ExposedPorts").properties().iterator().next().getKey(),
                    "cannot be with network " + mode);
        }
        if (shared && body.has("Hostname")) {
            throw refused("hostname", body.path("Hostname").asText(), "cannot be with network " + mode);
        }
    }

    private IllegalArgumentException refused(String field, Object value, String rule) {
        return new IllegalArgumentException("container " + container.id() + ": " + field + "=" + value + ": " + rule);
    }
}
