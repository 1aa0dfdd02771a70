package io.gatun.marathon.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an app's tasks run in.
 *
 * @param type who runs it
 * @param image empty for the host's files
 * @param volumes of the host
 * @param linux empty when nothing is asked for
 */
public record AppContainer(Type type, Optional<DockerImage> image, List<HostVolume> volumes, Optional<Linux> linux) {
    public AppContainer {
        volumes = List.copyOf(volumes);
    }

    /** Who runs it: a Docker Engine, or the agent itself. */
    public enum Type {
        DOCKER,
        MESOS
    }

    /**
     * An image.
     *
     * @param name as {@code registry/repository:tag}
     * @param forcePull asks the registry at every launch
     * @param privileged of a Docker Engine
     * @param parameters options of {@code docker run}, in order
     */
    public record DockerImage(String name, boolean forcePull, boolean privileged, List<Parameter> parameters) {
        public DockerImage {
            parameters = List.copyOf(parameters);
        }
    }

    /** An option of {@code docker run}. */
    public record Parameter(String key, String value) {}

    /**
     * A directory or file of the host.
     *
     * @param hostPath relative ones lie in the sandbox
     */
    public record HostVolume(String containerPath, String hostPath, boolean readOnly) {}

    /**
     * Linux' own matters.
     *
     * @param seccompProfile by name; empty for the agent's
     * @param seccompUnconfined whether any system call may be made
     * @param privateIpc whether IPC is shared with nobody; empty for the agent's choice
     * @param shmMegabytes of /dev/shm, 0 for the default
     */
    public record Linux(
            Optional<String> seccompProfile,
            boolean seccompUnconfined,
            Optional<Boolean> privateIpc,
            int shmMegabytes) {}

    /** The environment's name for the image: MARATHON_APP_DOCKER_IMAGE. */
    public Map<String, String> environment() {
        return image.map(docker -> Map.of("MARATHON_APP_DOCKER_IMAGE", docker.name()))
                .orElse(Map.of());
    }
}
