package io.gatun.master.state;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.util.List;
import java.util.Optional;

/** What an agent's SUBSCRIBE must be like. Pure. */
final class AgentValidation {
    private AgentValidation() {}

    /** Says what is wrong; empty when the agent may register. */
    static Optional<String> invalid(AgentCall call) {
        if (!call.hasSubscribe()) {
            return Optional.of("Expecting 'subscribe' to be present");
        }
        AgentCall.Subscribe subscribe = call.getSubscribe();
        if (subscribe.getAgentInfo().getHostname().isEmpty()) {
            return Optional.of("'agent_info.hostname' must not be empty");
        }
        if (AgentPid.parse(subscribe.getPid()).isEmpty()) {
            return Optional.of("'pid' is '" + subscribe.getPid() + "', expected name@ip:port");
        }
        if (subscribe.getAgentInfo().hasId()) {
            Optional<String> id =
                    Identifiers.invalid(subscribe.getAgentInfo().getId().getValue());
            if (id.isPresent()) {
                return id.map(error -> "'agent_info.id' is invalid: " + error);
            }
        }
        return Resources.problem(subscribe.getAgentInfo().getResourcesList())
                .map(error -> "'agent_info.resources' are invalid: " + error)
                .or(() -> checkpointed(subscribe.getCheckpointedResources().getResourcesList())
                        .map(error -> "'checkpointed_resources' are invalid: " + error))
                .or(() -> tasks(subscribe));
    }

    private static Optional<String> checkpointed(List<Resource> resources) {
        return Resources.problem(resources)
                .or(() -> VolumeRules.invalidDisk(resources))
                .or(() -> VolumeRules.duplicateId(resources, Resources.NONE));
    }

    private static Optional<String> tasks(AgentCall.Subscribe subscribe) {
        if (!subscribe.getAgentInfo().hasId() && subscribe.getTasksCount() > 0) {
            return Optional.of("'tasks' has " + subscribe.getTasksCount()
                    + " tasks, but an agent without 'agent_info.id' cannot have any");
        }
        return subscribe.getTasksList().stream()
                .map(known -> Resources.problem(known.getTask().getResourcesList()))
                .flatMap(Optional::stream)
                .findFirst()
                .map(error -> "'tasks' has invalid resources: " + error);
    }
}
