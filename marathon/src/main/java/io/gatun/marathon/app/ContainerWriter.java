package io.gatun.marathon.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.AppContainer.DockerImage;
import io.gatun.marathon.app.AppContainer.Linux;

/** Container and networks as JSON that {@link ContainerReader} reads back to equal values. */
final class ContainerWriter {
    private ContainerWriter() {}

    static void write(AppSpec app, ObjectNode json) {
        Networks networks = app.ports().networks();
        ArrayNode array = json.putArray("networks");
        if (networks.named().isEmpty()) {
            array.addObject().put("mode", networks.mode().text());
        }
        networks.named().forEach(network -> {
            ObjectNode named =
                    array.addObject().put("mode", networks.mode().text()).put("name", network.name());
            if (!network.labels().isEmpty()) {
                named.set("labels", AppWriter.texts(network.labels()));
            }
        });
        app.program().container().ifPresent(container -> container(container, app.ports(), json));
    }

    private static void container(AppContainer container, Ports ports, ObjectNode app) {
        ObjectNode json =
                app.putObject("container").put("type", container.type().name());
        container.image().ifPresent(image -> docker(image, container.type(), json.putObject("docker")));
        ArrayNode volumes = json.putArray("volumes");
        container
                .volumes()
                .forEach(volume -> volumes.addObject()
                        .put("containerPath", volume.containerPath())
                        .put("hostPath", volume.hostPath())
                        .put("mode", volume.readOnly() ? "RO" : "RW"));
        container.linux().ifPresent(linux -> linux(linux, json.putObject("linuxInfo")));
        if (ports.networks().mode() != Networks.Mode.HOST) {
            ArrayNode mappings = json.putArray("portMappings");
            ports.definitions().forEach(port -> mapping(port, mappings.addObject()));
        }
    }

    private static void docker(DockerImage image, AppContainer.Type type, ObjectNode json) {
        json.put("image", image.name()).put("forcePullImage", image.forcePull());
        if (type == AppContainer.Type.DOCKER) {
            json.put("privileged", image.privileged());
            ArrayNode parameters = json.putArray("parameters");
            image.parameters()
                    .forEach(parameter ->
                            parameters.addObject().put("key", parameter.key()).put("value", parameter.value()));
        }
    }

    private static void linux(Linux linux, ObjectNode json) {
        if (linux.seccompProfile().isPresent() || linux.seccompUnconfined()) {
            ObjectNode seccomp = json.putObject("seccomp").put("unconfined", linux.seccompUnconfined());
            linux.seccompProfile().ifPresent(name -> seccomp.put("profileName", name));
        }
        if (linux.privateIpc().isPresent() || linux.shmMegabytes() > 0) {
            ObjectNode ipc = json.putObject("ipcInfo");
            linux.privateIpc().ifPresent(own -> ipc.put("mode", own ? "PRIVATE" : "SHARE_PARENT"));
            if (linux.shmMegabytes() > 0) {
                ipc.put("shmSize", linux.shmMegabytes());
            }
        }
    }

    private static void mapping(PortDefinition port, ObjectNode json) {
        PortDefinition.Mapping mapping = port.mapping().orElseThrow();
        json.put("containerPort", mapping.containerPort());
        mapping.hostPort().ifPresent(host -> json.put("hostPort", host));
        json.set("labels", AppWriter.texts(port.labels()));
        port.name().ifPresent(name -> json.put("name", name));
        json.put("protocol", port.protocol()).put("servicePort", port.port());
    }
}
