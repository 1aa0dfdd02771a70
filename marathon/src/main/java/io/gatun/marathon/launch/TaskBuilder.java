package io.gatun.marathon.launch;

import io.gatun.marathon.app.AppContainer;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.PortDefinition;
import io.gatun.marathon.app.Program;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.DiscoveryInfo;
import io.gatun.mesos.v1.DurationInfo;
import io.gatun.mesos.v1.Environment;
import io.gatun.mesos.v1.KillPolicy;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.Labels;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Port;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds the task of an instance. Its name and its discovery name are the app's path from last to first, so that
 * {@code /shop/web} is found as {@code web.shop.marathon.mesos}.
 */
public final class TaskBuilder {
    private final String environmentPrefix;

    /**
     * Builds tasks.
     *
     * @param environmentPrefix of the port and host variables, often empty
     */
    public TaskBuilder(String environmentPrefix) {
        this.environmentPrefix = environmentPrefix;
    }

    /** The task for a match with an offer. */
    public TaskInfo build(OfferMatcher.Match match, Offer offer, String taskId) {
        AppSpec app = match.app();
        TaskInfo.Builder task = TaskInfo.newBuilder()
                .setName(app.id().reversed())
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setAgentId(offer.getAgentId())
                .addAllResources(match.resources())
                .setCommand(command(
                        app.program(),
                        TaskEnvironment.of(app, taskId, offer.getHostname(), match.hostPorts(), environmentPrefix)))
                .setLabels(labels(app.labels()))
                .setDiscovery(discovery(app, match.hostPorts()));
        new TaskContainer(app, match.hostPorts()).info().ifPresent(task::setContainer);
        app.policy()
                .killGraceSeconds()
                .ifPresent(seconds -> task.setKillPolicy(KillPolicy.newBuilder().setGracePeriod(graceOf(seconds))));
        return task.build();
    }

    /** A grace period on the wire: nanoseconds. */
    public static DurationInfo graceOf(int seconds) {
        return DurationInfo.newBuilder()
                .setNanoseconds(seconds * 1_000_000_000L)
                .build();
    }

    private static CommandInfo command(Program program, Map<String, String> environment) {
        CommandInfo.Builder command = CommandInfo.newBuilder();
        program.cmd().ifPresent(line -> command.setShell(true).setValue(line));
        if (!program.args().isEmpty()) {
            // Without an image, Mesos wants the program twice: as the value and as the first argument.
            command.setShell(false).addAllArguments(program.args());
            if (program.container().flatMap(AppContainer::image).isEmpty()) {
                command.setValue(program.args().getFirst());
            }
        } else if (program.cmd().isEmpty()) {
            command.setShell(false);
        }
        program.user().ifPresent(command::setUser);
        Environment.Builder variables = command.getEnvironmentBuilder();
        environment.forEach((name, value) -> variables.addVariables(
                Environment.Variable.newBuilder().setName(name).setValue(value)));
        return command.build();
    }

    private static Labels labels(Map<String, String> map) {
        Labels.Builder labels = Labels.newBuilder();
        map.forEach(
                (key, value) -> labels.addLabels(Label.newBuilder().setKey(key).setValue(value)));
        return labels.build();
    }

    private static DiscoveryInfo discovery(AppSpec app, List<Integer> hostPorts) {
        DiscoveryInfo.Builder discovery = DiscoveryInfo.newBuilder()
                .setVisibility(DiscoveryInfo.Visibility.FRAMEWORK)
                .setName(app.id().reversed());
        List<PortDefinition> definitions = app.ports().definitions();
        for (int i = 0; i < hostPorts.size(); i++) {
            PortDefinition definition = definitions.get(i);
            for (String protocol : definition.protocols()) {
                Port.Builder port = discovery
                        .getPortsBuilder()
                        .addPortsBuilder()
                        .setNumber(definition.onHost() ? hostPorts.get(i) : definition.inside(0))
                        .setProtocol(protocol);
                definition.name().ifPresent(port::setName);
                Map<String, String> labels = new LinkedHashMap<>(definition.labels());
                definition
                        .mapping()
                        .ifPresent(mapping ->
                                labels.putIfAbsent("network-scope", definition.onHost() ? "host" : "container"));
                if (!labels.isEmpty()) {
                    port.setLabels(labels(labels));
                }
            }
        }
        return discovery.build();
    }
}
