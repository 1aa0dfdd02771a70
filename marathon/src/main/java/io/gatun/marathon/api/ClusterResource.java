package io.gatun.marathon.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.MarathonFlags;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppWriter;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.state.RequestException;
import io.gatun.marathon.state.Snapshot;
import java.util.concurrent.CompletableFuture;

/** {@code /v2/deployments}, {@code /v2/queue}, {@code /v2/info}, {@code /v2/leader}. */
final class ClusterResource {
    /** The version whose API this is, as far as it goes. */
    private static final String API_VERSION = "1.11.0";

    private final Backend backend;

    ClusterResource(Backend backend) {
        this.backend = backend;
    }

    CompletableFuture<Answer> deployments(ApiRequest request) {
        if (!request.method().equals("GET")) {
            return Api.methodNotAllowed("GET");
        }
        ArrayNode list = Answer.object().arrayNode();
        backend.snapshot().deployments().forEach(deployment -> list.add(DeploymentJson.of(deployment)));
        return CompletableFuture.completedFuture(Answer.ok(list));
    }

    /** Rolls a deployment back, or with force leaves everything as it stands. */
    CompletableFuture<Answer> cancelDeployment(ApiRequest request, String id) {
        if (!request.method().equals("DELETE")) {
            return Api.methodNotAllowed("DELETE");
        }
        return backend.submit((core, nowMs) -> {
            AppOperations operations = new AppOperations(core, backend.role(), nowMs);
            if (request.flag("force", false)) {
                core.cancel(operations.deployment(id));
                return Answer.empty(202);
            }
            return Answer.deployment(200, operations.rollBack(id));
        });
    }

    CompletableFuture<Answer> queue(ApiRequest request) {
        if (!request.method().equals("GET")) {
            return Api.methodNotAllowed("GET");
        }
        long nowMs = System.currentTimeMillis();
        ObjectNode body = Answer.object();
        ArrayNode queue = body.putArray("queue");
        for (Snapshot.Queued entry : backend.snapshot().queue()) {
            ObjectNode item = queue.addObject()
                    .put("count", entry.count())
                    .put("role", backend.role())
                    .put("since", new Timestamp(entry.sinceMs()).toString());
            long leftMs = Math.max(0, entry.untilMs() - nowMs);
            item.putObject("delay")
                    .put("timeLeftSeconds", (leftMs + 999) / 1000)
                    .put("overdue", leftMs == 0);
            item.set("app", AppWriter.write(entry.app()));
        }
        return CompletableFuture.completedFuture(Answer.ok(body));
    }

    CompletableFuture<Answer> resetDelay(ApiRequest request, AppId id) {
        if (!request.method().equals("DELETE")) {
            return Api.methodNotAllowed("DELETE");
        }
        return backend.submit((core, nowMs) -> {
            if (core.snapshot().queue().stream()
                    .noneMatch(entry -> entry.app().id().equals(id))) {
                throw RequestException.notFound("Application " + id + " not found in tasks queue.");
            }
            core.resetDelay(id);
            return Answer.empty(204);
        });
    }

    CompletableFuture<Answer> leader(ApiRequest request) {
        return switch (request.method()) {
            case "GET" ->
                CompletableFuture.completedFuture(Answer.ok(Answer.object().put("leader", backend.self())));
            case "DELETE" -> {
                backend.abdicate().because("asked by " + request.client() + " through DELETE /v2/leader");
                yield CompletableFuture.completedFuture(Answer.message(200, "Leadership abdicated"));
            }
            default -> Api.methodNotAllowed("GET, DELETE");
        };
    }

    CompletableFuture<Answer> info(ApiRequest request) {
        if (!request.method().equals("GET")) {
            return Api.methodNotAllowed("GET");
        }
        MarathonFlags flags = backend.flags();
        ObjectNode body = Answer.object()
                .put("name", flags.frameworkName)
                .put("version", API_VERSION)
                .put("buildref", "gatun")
                .put("elected", true)
                .put("leader", backend.self());
        backend.frameworkId().ifPresentOrElse(id -> body.put("frameworkId", id), () -> body.putNull("frameworkId"));
        body.putObject("marathon_config")
                .put("checkpoint", true)
                .put("decline_offer_duration", flags.declineOfferDurationMs)
                .put("env_vars_prefix", flags.envVarsPrefix)
                .put("executor", "//cmd")
                .put("failover_timeout", flags.failoverTimeoutSeconds)
                .put("framework_name", flags.frameworkName)
                .put("ha", true)
                .put("hostname", backend.self().substring(0, backend.self().lastIndexOf(':')))
                .put("local_port_max", flags.localPortMax)
                .put("local_port_min", flags.localPortMin)
                .put("master", flags.master)
                .put("max_instances_per_offer", flags.maxInstancesPerOffer)
                .put("mesos_role", flags.mesosRole)
                .put("mesos_user", flags.mesosUser)
                .put("min_revive_offers_interval", flags.minReviveOffersIntervalMs)
                .put("reconciliation_interval", flags.reconciliationIntervalMs)
                .put("task_launch_timeout", flags.taskLaunchTimeoutMs);
        body.putObject("zookeeper_config")
                .put("zk", flags.zk.replaceFirst("//[^@/]*@", "//xxxxxxxx:xxxxxxxx@"))
                .put("zk_max_versions", flags.zkMaxVersions)
                .put("zk_session_timeout", flags.zkSessionTimeoutMs)
                .put("zk_timeout", flags.zkTimeoutMs);
        body.putObject("http_config").put("http_port", flags.httpPort).putNull("https_port");
        return CompletableFuture.completedFuture(Answer.ok(body));
    }
}
