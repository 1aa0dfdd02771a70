package io.gatun.marathon.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.state.Action;
import io.gatun.marathon.state.Deployment;
import java.util.List;

/** Running deployments as {@code GET /v2/deployments} shows them. */
final class DeploymentJson {
    private DeploymentJson() {}

    static ObjectNode of(Deployment deployment) {
        ObjectNode json = Answer.object()
                .put("id", deployment.id())
                .put("version", deployment.version().toString());
        ArrayNode affected = json.putArray("affectedApps");
        deployment.affected().forEach(id -> affected.add(id.path()));
        json.putArray("affectedPods");
        ArrayNode steps = json.putArray("steps");
        deployment.steps().forEach(step -> actions(step, steps.addObject().putArray("actions"), false));
        actions(deployment.currentActions(), json.putArray("currentActions"), true);
        json.put(
                "currentStep",
                Math.min(deployment.current() + 1, deployment.steps().size()));
        json.put("totalSteps", deployment.steps().size());
        return json;
    }

    private static void actions(List<Action> actions, ArrayNode json, boolean current) {
        for (Action action : actions) {
            ObjectNode node = json.addObject()
                    .put("action", action.type().name())
                    .put("app", action.app().path());
            if (current) {
                node.putArray("readinessCheckResults");
            }
        }
    }
}
