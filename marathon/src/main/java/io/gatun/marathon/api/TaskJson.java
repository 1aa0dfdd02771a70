package io.gatun.marathon.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.PortDefinition;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.state.Instance;
import io.gatun.marathon.state.Snapshot;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Instances as Marathon's tasks: JSON, and the tab-separated text that load balancers read. */
final class TaskJson {
    /** The same in every answer, whatever the order in which the instances came to be known. */
    private static final Comparator<Instance> ORDER = Comparator.comparing(Instance::app)
            .thenComparingLong(Instance::stagedAtMs)
            .thenComparing(Instance::id);

    private final Snapshot snapshot;
    private final String role;

    TaskJson(Snapshot snapshot, String role) {
        this.snapshot = snapshot;
        this.role = role;
    }

    ObjectNode task(Instance instance) {
        ObjectNode json = Answer.object()
                .put("appId", instance.app().path())
                .put("id", instance.taskId())
                .put("host", instance.host())
                .put("slaveId", instance.agentId())
                .put("state", instance.state().name())
                .put("stagedAt", new Timestamp(instance.stagedAtMs()).toString());
        instance.startedAtMs().ifPresent(ms -> json.put("startedAt", new Timestamp(ms).toString()));
        json.put("version", instance.version().toString());
        ArrayNode ports = json.putArray("ports");
        instance.ports().forEach(ports::add);
        ArrayNode servicePorts = json.putArray("servicePorts");
        servicePorts(instance).forEach(servicePorts::add);
        ArrayNode addresses = json.putArray("ipAddresses");
        instance.addresses()
                .forEach(address -> addresses
                        .addObject()
                        .put("ipAddress", address)
                        .put("protocol", address.contains(":") ? "IPv6" : "IPv4"));
        json.putArray("localVolumes");
        json.putArray("healthCheckResults");
        json.putNull("region");
        json.putNull("zone");
        json.put("role", role);
        return json;
    }

    private List<Integer> servicePorts(Instance instance) {
        return Optional.ofNullable(snapshot.versions().get(instance.app()))
                .map(versions -> versions.get(instance.version()))
                .or(() -> Optional.ofNullable(snapshot.apps().get(instance.app())))
                .map(app -> app.ports().definitions().stream()
                        .map(PortDefinition::port)
                        .toList())
                .orElse(List.of());
    }

    ArrayNode tasks(Collection<Instance> instances) {
        ArrayNode tasks = Answer.object().arrayNode();
        instances.stream().sorted(ORDER).forEach(instance -> tasks.add(task(instance)));
        return tasks;
    }

    /** One line for each service port of each app: app, service port, host:port of each running instance. */
    String lines(Collection<Instance> instances) {
        StringBuilder text = new StringBuilder();
        instances.stream().map(Instance::app).distinct().sorted().forEach(app -> {
            String name = app.path().substring(1).replace('/', '_');
            List<Instance> serving = instances.stream()
                    .filter(instance -> instance.app().equals(app) && instance.serving())
                    .toList();
            int ports = serving.stream().mapToInt(i -> i.ports().size()).max().orElse(0);
            if (ports == 0) {
                text.append(name).append("\t \t");
                serving.forEach(instance -> text.append(instance.host()).append('\t'));
                text.append('\n');
            }
            for (int i = 0; i < ports; i++) {
                List<Integer> servicePorts = servicePorts(serving.getFirst());
                text.append(name).append('\t').append(i < servicePorts.size() ? servicePorts.get(i) : 0);
                for (Instance instance : serving) {
                    if (i < instance.ports().size()) {
                        text.append('\t')
                                .append(instance.host())
                                .append(':')
                                .append(instance.ports().get(i));
                    }
                }
                text.append("\t\n");
            }
        });
        return text.toString();
    }
}
