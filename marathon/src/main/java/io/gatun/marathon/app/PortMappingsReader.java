package io.gatun.marathon.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The ports of an app with a network of its own: {@code container.portMappings}, or one named "default". */
final class PortMappingsReader {
    private static final int PORT_MAX = 65_535;

    private PortMappingsReader() {}

    static Ports read(Fields app, Networks.Mode mode) {
        for (String field : List.of("ports", "portDefinitions")) {
            if (app.has(field)) {
                app.broken(
                        field, "must not be there with network mode " + mode.text() + "; give container.portMappings");
            }
        }
        List<PortDefinition> definitions = new ArrayList<>();
        app.object("container").ifPresent(container -> {
            Fields holder = container.has("portMappings")
                    ? container
                    : container.object("docker").orElse(container); // where older definitions have them
            holder.each(
                    "portMappings",
                    (index, value) -> holder.element("portMappings", index, value)
                            .ifPresent(element -> definitions.add(definition(element, mode))));
            if (definitions.isEmpty() && !holder.has("portMappings")) {
                definitions.add(mapping(0, "tcp", Optional.of("default"), Map.of(), 0, hostPort(mode)));
            }
        });
        PortsReader.checkUnique(app, "container/portMappings", definitions);
        return new Ports(definitions, false);
    }

    private static PortDefinition definition(Fields element, Networks.Mode mode) {
        OptionalInt host = element.has("hostPort")
                ? OptionalInt.of((int) element.whole("hostPort", 0, 0, PORT_MAX))
                : hostPort(mode);
        int containerPort = (int) element.whole("containerPort", 0, 0, PORT_MAX);
        if (containerPort == 0 && host.isEmpty()) {
            element.broken("containerPort", "must be given where there is no hostPort");
        }
        return mapping(
                (int) element.whole("servicePort", 0, 0, PORT_MAX),
                PortsReader.protocol(element),
                PortsReader.name(element),
                element.textMap("labels"),
                containerPort,
                host);
    }

    /** On a bridge every port is mapped to the host, on a network only those that say so. */
    private static OptionalInt hostPort(Networks.Mode mode) {
        return mode == Networks.Mode.BRIDGE ? OptionalInt.of(0) : OptionalInt.empty();
    }

    private static PortDefinition mapping(
            int servicePort,
            String protocol,
            Optional<String> name,
            Map<String, String> labels,
            int containerPort,
            OptionalInt hostPort) {
        return new PortDefinition(
                servicePort, protocol, name, labels, Optional.of(new PortDefinition.Mapping(containerPort, hostPort)));
    }
}
