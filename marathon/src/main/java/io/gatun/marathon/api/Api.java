package io.gatun.marathon.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.TextNode;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.state.RequestException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * From a path to the resource that answers. App ids hold slashes, so that the last segments decide what a path below
 * {@code /v2/apps} means; the words that do so cannot end an id.
 */
final class Api {
    private final AppsResource apps;
    private final TasksResource tasks;
    private final ClusterResource cluster;

    Api(Backend backend) {
        this.apps = new AppsResource(backend);
        this.tasks = new TasksResource(backend);
        this.cluster = new ClusterResource(backend);
    }

    static CompletableFuture<Answer> methodNotAllowed(String allowed) {
        return CompletableFuture.completedFuture(
                Answer.message(405, "Method Not Allowed").with("Allow", allowed));
    }

    /** Answers a request; the future never fails. */
    CompletableFuture<Answer> answer(ApiRequest request) {
        try {
            return route(request).exceptionally(Errors::answer);
        } catch (JsonProcessingException | RuntimeException e) {
            return CompletableFuture.completedFuture(Errors.answer(e));
        }
    }

    private CompletableFuture<Answer> route(ApiRequest request) throws JsonProcessingException {
        List<String> path = request.path();
        String first = path.isEmpty() ? "" : path.getFirst();
        if (first.equals("ping") && path.size() == 1) {
            return ping(request);
        }
        if (!first.equals("v2") || path.size() < 2) {
            return notFound();
        }
        List<String> rest = path.subList(2, path.size());
        return switch (path.get(1)) {
            case "apps" -> rest.isEmpty() ? apps.all(request) : app(request, rest);
            case "tasks" ->
                rest.isEmpty()
                        ? tasks.all(request)
                        : rest.equals(List.of("delete")) ? tasks.delete(request) : notFound();
            case "deployments" ->
                switch (rest.size()) {
                    case 0 -> cluster.deployments(request);
                    case 1 -> cluster.cancelDeployment(request, rest.getFirst());
                    default -> notFound();
                };
            case "queue" ->
                rest.isEmpty()
                        ? cluster.queue(request)
                        : rest.size() > 1 && rest.getLast().equals("delay")
                                ? cluster.resetDelay(request, id(rest.subList(0, rest.size() - 1)))
                                : notFound();
            case "info" -> rest.isEmpty() ? cluster.info(request) : notFound();
            case "leader" -> rest.isEmpty() ? cluster.leader(request) : notFound();
            default -> notFound();
        };
    }

    private CompletableFuture<Answer> app(ApiRequest request, List<String> rest) throws JsonProcessingException {
        int size = rest.size();
        List<String> head = rest.subList(0, size - 1);
        String last = rest.getLast();
        String beforeLast = size > 1 ? rest.get(size - 2) : "";
        if (last.equals("*")) {
            return apps.below(request, group(head));
        }
        if (last.equals("tasks") && beforeLast.equals("*")) {
            return tasks.below(request, group(rest.subList(0, size - 2)));
        }
        if (size > 2 && beforeLast.equals("tasks")) {
            return tasks.one(request, id(rest.subList(0, size - 2)), last);
        }
        if (size > 2 && beforeLast.equals("versions")) {
            return apps.versions(request, id(rest.subList(0, size - 2)), Optional.of(last));
        }
        return switch (size > 1 ? last : "") {
            case "restart" -> apps.restart(request, id(head));
            case "tasks" -> tasks.ofApp(request, id(head));
            case "versions" -> apps.versions(request, id(head), Optional.empty());
            default -> apps.one(request, id(rest));
        };
    }

    private static String group(List<String> segments) {
        return segments.isEmpty() ? "" : "/" + String.join("/", segments);
    }

    /** An id in an address. One that breaks the rules names nothing. */
    private static AppId id(List<String> segments) {
        String text = "/" + String.join("/", segments);
        try {
            return AppId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RequestException(404, "App '" + text + "' does not exist: " + e.getMessage());
        }
    }

    private static CompletableFuture<Answer> ping(ApiRequest request) {
        if (!request.method().equals("GET")) {
            return methodNotAllowed("GET");
        }
        return CompletableFuture.completedFuture(
                request.accepts("application/json") ? Answer.ok(TextNode.valueOf("pong")) : Answer.text("pong"));
    }

    private static CompletableFuture<Answer> notFound() {
        return CompletableFuture.completedFuture(Answer.message(404, "URI not found"));
    }
}
