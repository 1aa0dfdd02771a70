package io.gatun.marathon.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.state.Core;
import io.gatun.marathon.state.Instance;
import io.gatun.marathon.state.RequestException;
import io.gatun.marathon.state.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;

/** {@code /v2/tasks} and {@code /v2/apps/{id}/tasks}. */
final class TasksResource {
    private static final Pattern TASK_ID = Pattern.compile("^(.+)\\.(instance-|marathon-)([^.]+)(\\._app\\.\\d+)?$");

    private final Backend backend;

    TasksResource(Backend backend) {
        this.backend = backend;
    }

    /** {@code GET /v2/tasks}, with {@code status=running|staging}. */
    CompletableFuture<Answer> all(ApiRequest request) {
        if (!request.method().equals("GET")) {
            return Api.methodNotAllowed("GET");
        }
        List<String> status = new ArrayList<>(request.query().getOrDefault("status", List.of()));
        status.addAll(request.query().getOrDefault("status[]", List.of()));
        List<Instance> instances = backend.snapshot().instances().values().stream()
                .flatMap(List::stream)
                .filter(instance ->
                        status.isEmpty() || status.contains(AppInfoJson.staged(instance) ? "staging" : "running"))
                .toList();
        return list(request, instances);
    }

    /** Answers for the tasks of one app. */
    CompletableFuture<Answer> ofApp(ApiRequest request, AppId app) {
        Snapshot snapshot = backend.snapshot();
        return switch (request.method()) {
            case "GET" -> {
                if (!snapshot.apps().containsKey(app)) {
                    throw AppOperations.unknown(app);
                }
                yield list(request, snapshot.instances(app));
            }
            case "DELETE" -> {
                Optional<String> host = request.parameter("host").filter(name -> !name.equals("*"));
                yield kill(
                        request,
                        core -> {
                            AppOperations.require(core, app);
                            return core.instances(app).stream()
                                    .filter(instance ->
                                            host.isEmpty() || host.get().equals(instance.host()))
                                    .toList();
                        },
                        false);
            }
            default -> Api.methodNotAllowed("GET, DELETE");
        };
    }

    /** {@code {group}/*{@literal /}tasks}. */
    CompletableFuture<Answer> below(ApiRequest request, String group) {
        return list(
                request,
                backend.snapshot().instances().values().stream()
                        .flatMap(List::stream)
                        .filter(instance -> instance.app().path().startsWith(group + "/"))
                        .toList());
    }

    /** {@code DELETE /v2/apps/{id}/tasks/{task}}. */
    CompletableFuture<Answer> one(ApiRequest request, AppId app, String taskId) {
        if (!request.method().equals("DELETE")) {
            return Api.methodNotAllowed("DELETE");
        }
        return kill(
                request,
                core -> {
                    AppOperations.require(core, app);
                    return List.of(core.instanceOfTask(taskId)
                            .filter(instance -> instance.app().equals(app))
                            .orElseThrow(() -> RequestException.notFound("Task '" + taskId + "' does not exist")));
                },
                true);
    }

    /** {@code POST /v2/tasks/delete} with {@code {"ids": [...]}}; ids of tasks that are gone are passed over. */
    CompletableFuture<Answer> delete(ApiRequest request) throws JsonProcessingException {
        if (!request.method().equals("POST")) {
            return Api.methodNotAllowed("POST");
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode id : request.json().path("ids")) {
            if (!TASK_ID.matcher(id.asText()).matches()) {
                throw new RequestException(
                        400, "Invalid task id '" + id.asText() + "'. It must match " + TASK_ID.pattern());
            }
            ids.add(id.asText());
        }
        return kill(
                request,
                core -> ids.stream()
                        .map(core::instanceOfTask)
                        .flatMap(Optional::stream)
                        .toList(),
                false);
    }

    private CompletableFuture<Answer> list(ApiRequest request, Collection<Instance> instances) {
        TaskJson json = new TaskJson(backend.snapshot(), backend.role());
        if (request.accepts("text/plain")) {
            return CompletableFuture.completedFuture(Answer.text(json.lines(instances)));
        }
        ObjectNode body = Answer.object();
        body.set("tasks", json.tasks(instances));
        return CompletableFuture.completedFuture(Answer.ok(body));
    }

    private CompletableFuture<Answer> kill(
            ApiRequest request, Function<Core, Collection<Instance>> selection, boolean single) {
        boolean scale = request.flag("scale", false);
        if (scale && request.flag("wipe", false)) {
            throw new RequestException(400, "You cannot use scale and wipe at the same time.");
        }
        TaskJson json = new TaskJson(backend.snapshot(), backend.role());
        return backend.submit((core, nowMs) -> {
            Collection<Instance> instances = selection.apply(core);
            if (scale) {
                Map<AppId, Integer> by = new TreeMap<>();
                instances.forEach(instance -> by.merge(instance.app(), 1, Integer::sum));
                Answer answer = Answer.deployment(
                        200, new AppOperations(core, backend.role(), nowMs).shrink(by, request.flag("force", false)));
                core.kill(instances);
                return answer;
            }
            core.kill(instances);
            ObjectNode body = Answer.object();
            if (single) {
                body.set("task", json.task(instances.iterator().next()));
            } else {
                body.set("tasks", json.tasks(instances));
            }
            return Answer.ok(body);
        });
    }
}
