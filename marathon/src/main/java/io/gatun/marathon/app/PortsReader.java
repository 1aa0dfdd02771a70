package io.gatun.marathon.app;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The ports of an app's JSON: {@code portDefinitions}, or the older {@code ports}, or one named "default". */
final class PortsReader {
    private static final int PORT_MAX = 65_535;
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "udp,tcp");
    private static final Pattern NAME = Pattern.compile("^[a-z0-9-]+$");

    private PortsReader() {}

    static Ports read(Fields app) {
        boolean required = app.flag("requirePorts", false);
        if (app.has("ports") && app.has("portDefinitions")) {
            app.broken("ports", "cannot specify both ports and portDefinitions");
        }
        List<PortDefinition> definitions = new ArrayList<>();
        if (app.has("portDefinitions")) {
            app.each(
                    "portDefinitions",
                    (index, value) -> app.element("portDefinitions", index, value)
                            .ifPresent(element -> definitions.add(definition(element))));
        } else if (app.has("ports")) {
            app.each("ports", (index, value) -> {
                if (!value.isIntegralNumber()) {
                    app.wrongType("ports(" + index + ")", "a whole number", value);
                } else if (value.longValue() < 0 || value.longValue() > PORT_MAX) {
                    app.broken("ports(" + index + ")", "must be a port in 0..65535, was " + value);
                } else {
                    definitions.add(new PortDefinition(value.intValue(), "tcp", Optional.empty(), Map.of()));
                }
            });
        } else {
            definitions.add(new PortDefinition(0, "tcp", Optional.of("default"), Map.of()));
        }
        checkUnique(app, "portDefinitions", definitions);
        return new Ports(definitions, required);
    }

    private static PortDefinition definition(Fields element) {
        return new PortDefinition(
                (int) element.whole("port", 0, 0, PORT_MAX),
                protocol(element),
                name(element),
                element.textMap("labels"));
    }

    static String protocol(Fields element) {
        String protocol = element.text("protocol").orElse("tcp");
        if (!PROTOCOLS.contains(protocol)) {
            element.broken("protocol", "must be tcp, udp or \"udp,tcp\", was '" + protocol + "'");
        }
        return protocol;
    }

    static Optional<String> name(Fields element) {
        Optional<String> name = element.text("name");
        name.filter(text -> !NAME.matcher(text).matches())
                .ifPresent(text -> element.broken(
                        "name", "must fully match regular expression '" + NAME.pattern() + "', was '" + text + "'"));
        return name;
    }

    static void checkUnique(Fields app, String field, List<PortDefinition> definitions) {
        Set<Integer> ports = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (PortDefinition definition : definitions) {
            if (definition.port() != 0 && !ports.add(definition.port())) {
                app.broken(field, "Ports must be unique, " + definition.port() + " is given twice");
            }
            definition
                    .name()
                    .filter(name -> !names.add(name))
                    .ifPresent(name -> app.broken(field, "Port names must be unique, '" + name + "' is given twice"));
        }
    }
}
