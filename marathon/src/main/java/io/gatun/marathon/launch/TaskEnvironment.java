package io.gatun.marathon.launch;

import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.PortDefinition;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The variables that a task finds (Marathon, docs/task-environment-vars). The app's own win over all of them. */
final class TaskEnvironment {
    /** Longer label values are not put into the environment. */
    private static final int LABEL_LENGTH_MAX = 512;

    private TaskEnvironment() {}

    /**
     * Puts the variables together.
     *
     * @param prefix of port and host variables, often empty
     */
    static Map<String, String> of(AppSpec app, String taskId, String host, List<Integer> ports, String prefix) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("MESOS_TASK_ID", taskId);
        environment.put("MARATHON_APP_ID", app.id().path());
        environment.put("MARATHON_APP_VERSION", app.version().toString());
        environment.put("MARATHON_APP_RESOURCE_CPUS", decimal(app.demand().cpus()));
        environment.put("MARATHON_APP_RESOURCE_MEM", decimal(app.demand().mem()));
        environment.put("MARATHON_APP_RESOURCE_DISK", decimal(app.demand().disk()));
        environment.put("MARATHON_APP_RESOURCE_GPUS", "0");
        environment.put("MARATHON_APP_ENFORCE_GROUP_ROLE", "false");
        app.program().container().ifPresent(container -> environment.putAll(container.environment()));
        labels(app.labels(), environment);
        Map<String, String> prefixed = new LinkedHashMap<>();
        prefixed.put("HOST", host);
        ports(app, ports, prefixed);
        prefixed.forEach((name, value) -> environment.put(prefix + name, value));
        environment.putAll(app.program().environment());
        return environment;
    }

    private static String decimal(double value) {
        String plain = BigDecimal.valueOf(value).toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    private static String name(String text) {
        return text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    }

    private static void labels(Map<String, String> labels, Map<String, String> environment) {
        Map<String, String> named = new TreeMap<>();
        labels.forEach((key, value) -> {
            if (value.length() < LABEL_LENGTH_MAX) {
                named.put(name(key), value);
            }
        });
        environment.put("MARATHON_APP_LABELS", String.join(" ", named.keySet()));
        named.forEach((key, value) -> environment.put("MARATHON_APP_LABEL_" + key, value));
    }

    private static void ports(AppSpec app, List<Integer> ports, Map<String, String> environment) {
        List<String> inside = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            PortDefinition definition = app.ports().definitions().get(i);
            // What the program has to listen on: inside its container, if that has a network of its own.
            String port = Integer.toString(definition.inside(ports.get(i)));
            inside.add(port);
            environment.put("PORT" + i, port);
            int asked = definition
                    .mapping()
                    .map(PortDefinition.Mapping::containerPort)
                    .orElse(definition.port());
            environment.put("PORT_" + (asked == 0 ? port : asked), port);
            definition.name().ifPresent(name -> environment.put("PORT_" + name(name), port));
        }
        if (!ports.isEmpty()) {
            environment.put("PORT", inside.getFirst());
            environment.put("PORTS", String.join(",", inside));
        }
    }
}
