package io.gatun.marathon.app;

import io.gatun.marathon.app.AppContainer.DockerImage;
import io.gatun.marathon.app.AppContainer.HostVolume;
import io.gatun.marathon.app.AppContainer.Linux;
import io.gatun.marathon.app.AppContainer.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The container and the networks of an app's JSON. */
final class ContainerReader {
    private static final Set<String> VOLUME_KINDS = Set.of("persistent", "external", "secret");
    private static final int MEGABYTES_MAX = 1 << 30;

    private ContainerReader() {}

    static Optional<AppContainer> container(Fields app) {
        return app.object("container").map(ContainerReader::container0);
    }

    private static AppContainer container0(Fields container) {
        // RAML: an element without a type means DOCKER.
        AppContainer.Type type = type(container);
        Optional<DockerImage> image = container.object("docker").map(docker -> image(docker, type));
        if (type == AppContainer.Type.DOCKER && image.isEmpty()) {
            container.broken("docker", "must be given with type DOCKER");
        }
        Optional<Linux> linux = container.object("linuxInfo").map(ContainerReader::linux);
        if (type == AppContainer.Type.DOCKER && linux.isPresent()) {
            container.broken("linuxInfo", "must come with type MESOS; a Docker Engine takes docker.parameters");
        }
        return new AppContainer(type, image, volumes(container), linux);
    }

    private static AppContainer.Type type(Fields container) {
        String text = container.text("type").orElse("DOCKER");
        if (!text.equals("DOCKER") && !text.equals("MESOS")) {
            container.broken("type", "must be DOCKER or MESOS, was '" + text + "'");
            return AppContainer.Type.MESOS;
        }
        return AppContainer.Type.valueOf(text);
    }

    private static DockerImage image(Fields docker, AppContainer.Type type) {
        String name = docker.text("image").orElse("");
        if (name.isBlank()) {
            docker.broken("image", "must be given");
        }
        boolean privileged = docker.flag("privileged", false);
        List<Parameter> parameters = new ArrayList<>();
        docker.each(
                "parameters",
                (index, value) -> docker.element("parameters", index, value)
                        .ifPresent(element -> parameters.add(new Parameter(
                                element.text("key").orElse(""),
                                element.text("value").orElse("")))));
        parameters.stream()
                .filter(parameter -> parameter.key().isEmpty())
                .forEach(parameter -> docker.broken("parameters", "each must have a key"));
        if (type == AppContainer.Type.MESOS && (privileged || !parameters.isEmpty())) {
            docker.broken(privileged ? "privileged" : "parameters", "must come with type DOCKER");
        }
        if (docker.has("pullConfig") || docker.has("credential")) {
            docker.broken("pullConfig", "secrets are not supported yet; the agent's --docker_config has credentials");
        }
        return new DockerImage(name, docker.flag("forcePullImage", false), privileged, parameters);
    }

    private static List<HostVolume> volumes(Fields container) {
        List<HostVolume> volumes = new ArrayList<>();
        container.each(
                "volumes",
                (index, value) -> container.element("volumes", index, value).ifPresent(volume -> {
                    VOLUME_KINDS.stream()
                            .filter(volume::has)
                            .forEach(kind -> volume.broken(kind, "only volumes of the host are supported yet"));
                    String mode = volume.text("mode").orElse("RW");
                    if (!mode.equals("RO") && !mode.equals("RW")) {
                        volume.broken("mode", "must be RO or RW, was '" + mode + "'");
                    }
                    String containerPath = required(volume, "containerPath");
                    volumes.add(new HostVolume(containerPath, required(volume, "hostPath"), mode.equals("RO")));
                }));
        return volumes;
    }

    private static String required(Fields fields, String name) {
        String text = fields.text(name).orElse("");
        if (text.isBlank()) {
            fields.broken(name, "must be given");
        }
        return text;
    }

    private static Linux linux(Fields linux) {
        Optional<Fields> seccomp = linux.object("seccomp");
        Optional<String> profile = seccomp.flatMap(fields -> fields.text("profileName"));
        boolean unconfined =
                seccomp.map(fields -> fields.flag("unconfined", false)).orElse(false);
        if (profile.isPresent() && unconfined) {
            linux.broken("seccomp", "must have profileName or unconfined, not both");
        }
        Optional<Fields> ipc = linux.object("ipcInfo");
        Optional<String> mode = ipc.flatMap(fields -> fields.text("mode"));
        mode.filter(text -> !text.equals("PRIVATE") && !text.equals("SHARE_PARENT"))
                .ifPresent(text -> linux.broken("ipcInfo", "mode must be PRIVATE or SHARE_PARENT, was '" + text + "'"));
        int shm = ipc.map(fields -> (int) fields.whole("shmSize", 0, 0, MEGABYTES_MAX))
                .orElse(0);
        return new Linux(profile, unconfined, mode.map("PRIVATE"::equals), shm);
    }

    /** The networks; older definitions have them in {@code container.docker.network}. */
    static Networks networks(Fields app) {
        Optional<String> old = app.object("container")
                .flatMap(container -> container.object("docker"))
                .flatMap(docker -> docker.text("network"));
        if (!app.has("networks") && old.isPresent()) {
            return switch (old.get()) {
                case "HOST" -> Networks.HOST;
                case "BRIDGE" -> new Networks(Networks.Mode.BRIDGE, List.of());
                default -> {
                    app.broken(
                            "container",
                            "docker.network must be HOST or BRIDGE, was '" + old.get() + "'; give networks instead");
                    yield Networks.HOST;
                }
            };
        }
        List<Networks.Mode> modes = new ArrayList<>();
        List<Networks.Named> named = new ArrayList<>();
        app.each(
                "networks",
                (index, value) ->
                        app.element("networks", index, value).ifPresent(network -> network(network, modes, named)));
        if (modes.stream().distinct().count() > 1) {
            app.broken("networks", "must all have the same mode");
        } else if (modes.size() > 1 && modes.getFirst() != Networks.Mode.CONTAINER) {
            app.broken(
                    "networks",
                    "at most one network of mode " + modes.getFirst().text());
        }
        return modes.isEmpty() ? Networks.HOST : new Networks(modes.getFirst(), named);
    }

    private static void network(Fields network, List<Networks.Mode> modes, List<Networks.Named> named) {
        // RAML: an element without a mode means container.
        String text = network.text("mode").orElse("container");
        Optional<Networks.Mode> mode = List.of(Networks.Mode.values()).stream()
                .filter(known -> known.text().equals(text))
                .findFirst();
        if (mode.isEmpty()) {
            network.broken("mode", "must be host, container or container/bridge, was '" + text + "'");
            return;
        }
        modes.add(mode.get());
        if (mode.get() == Networks.Mode.CONTAINER) {
            named.add(new Networks.Named(required(network, "name"), network.textMap("labels")));
        } else if (network.has("name")) {
            network.broken("name", "must come with mode container");
        }
    }
}
