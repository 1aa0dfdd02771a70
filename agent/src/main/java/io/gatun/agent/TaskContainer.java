package io.gatun.agent;

import io.gatun.agent.container.ApiContainers;
import io.gatun.agent.store.RunPath;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.EngineConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.LinuxInfo;
import io.gatun.mesos.v1.TaskInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A task as a container's configuration. Pure: what cannot be is refused here, before anything exists. */
final class TaskContainer {
    private static final long BYTES_PER_MEGABYTE = 1 << 20;

    private final TaskInfo task;
    private final ContainerInfo container;
    private final ContainerOptions options;
    private final IoConfig io;
    private final Path sandbox;

    /**
     * Takes a task.
     *
     * @param io of tasks that ask for no terminal
     * @param sandbox absolute; need not exist
     */
    TaskContainer(TaskInfo task, ContainerOptions options, IoConfig io, Path sandbox) {
        this.task = task;
        this.container = task.getContainer();
        this.options = options;
        this.io = io;
        this.sandbox = sandbox;
    }

    /** Whether a Docker Engine is to run it. */
    boolean docker() {
        return task.hasContainer() && container.getType() == ContainerInfo.Type.DOCKER;
    }

    /**
     * The configuration.
     *
     * @param environment the whole one for a task without an image
     * @param user to run as; empty for the agent's own, or the image's
     * @throws IllegalArgumentException naming field, value and rule
     * @throws UnsupportedOperationException when it is well-formed, but this agent cannot do it
     */
    ContainerConfig config(RunPath run, Map<String, String> environment, Optional<String> user, Limits limits) {
        requireContainerizer();
        TaskImage image = TaskImage.of(task.getCommand(), container, docker());
        Filesystem filesystem =
                new Filesystem(image.image(), new RootFs.Host(), Optional.empty(), false, volumes(), diskBytes());
        return new ContainerConfig(
                run.containerId(),
                Optional.empty(),
                image.argv(),
                image.image().isPresent() ? besideAnImage(environment) : environment,
                sandbox,
                docker() ? Optional.empty() : user,
                limits,
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"),
                io(),
                filesystem,
                namespaces(),
                docker() ? Privileges.DEFAULT : TaskPrivileges.of(container),
                network(),
                engine());
    }

    private List<Volume> volumes() {
        List<Volume> volumes = new ArrayList<>(TaskVolumes.of(container, sandbox));
        volumes.addAll(TaskVolumes.persistent(task.getResourcesList(), options.volumes()));
        return volumes;
    }

    private void requireContainerizer() {
        String wanted = docker() ? "docker" : "mesos";
        if (!options.containerizers().contains(wanted)) {
            throw new UnsupportedOperationException("container.type="
                    + (docker() ? "DOCKER" : "MESOS") + ": --containerizers="
                    + String.join(",", options.containerizers()) + " has no " + wanted);
        }
        if (container.hasDocker() && !docker()) {
            throw new IllegalArgumentException("container.docker: must come with type DOCKER");
        }
        if (container.hasMesos() && docker()) {
            throw new IllegalArgumentException("container.mesos: must come with type MESOS");
        }
        if (!docker() && container.getMesos().hasImage() && !options.images()) {
            throw new UnsupportedOperationException(
                    "container.mesos.image: --image_providers must name docker for containers with an image");
        }
    }

    /** The image's own PATH counts, unless the task has one; the sandbox is elsewhere. */
    private Map<String, String> besideAnImage(Map<String, String> environment) {
        Map<String, String> rest = new LinkedHashMap<>(environment);
        boolean own = task.getCommand().getEnvironment().getVariablesList().stream()
                .anyMatch(variable -> variable.getName().equals("PATH"));
        if (!own) {
            rest.remove("PATH");
        }
        rest.put("MESOS_SANDBOX", Filesystem.SANDBOX_DIRECTORY);
        return rest;
    }

    private NetworkConfig network() {
        TaskNetwork network = new TaskNetwork(task, options.bridge());
        return docker() ? network.common() : network.ours();
    }

    private Optional<EngineConfig> engine() {
        return docker() ? Optional.of(new TaskNetwork(task, options.bridge()).engine()) : Optional.empty();
    }

    private NamespaceConfig namespaces() {
        Optional<String> hostname = container.hasHostname() ? Optional.of(container.getHostname()) : Optional.empty();
        LinuxInfo linux = container.getLinuxInfo();
        if (docker() && (container.hasLinuxInfo() || container.hasRlimitInfo())) {
            throw new IllegalArgumentException(
                    "container.linux_info, container.rlimit_info: must come with type MESOS; give docker.parameters");
        }
        if (linux.getIpcMode() == LinuxInfo.IpcMode.SHARE_PARENT) {
            throw new UnsupportedOperationException(
                    "container.linux_info.ipc_mode=SHARE_PARENT: is for nested containers");
        }
        return new NamespaceConfig(
                hostname, linux.getSharePidNamespace(), (long) linux.getShmSize() * BYTES_PER_MEGABYTE);
    }

    /** A terminal if the task asks for one, and bounds for its files if the agent's flags do. */
    private IoConfig io() {
        return container.hasTtyInfo()
                ? new IoConfig(Optional.of(ApiContainers.size(container.getTtyInfo())), false, true, io.rotation())
                : io;
    }

    /** Whether it is enforced, the isolators decide; a Docker Engine does not, here as with Mesos. */
    private long diskBytes() {
        return docker() ? 0 : TaskLimits.diskBytes(task);
    }
}
