package io.gatun.marathon.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppReader;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.AppWriter;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.state.Core;
import io.gatun.marathon.state.RequestException;
import io.gatun.marathon.state.Snapshot;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** {@code /v2/apps}: the definitions, their versions, restarts. */
final class AppsResource {
    private final Backend backend;

    AppsResource(Backend backend) {
        this.backend = backend;
    }

    /** Answers a request for all apps. */
    CompletableFuture<Answer> all(ApiRequest request) throws JsonProcessingException {
        boolean force = request.flag("force", false);
        return switch (request.method()) {
            case "GET" -> {
                ObjectNode body = Answer.object();
                body.set("apps", list(AppSelector.of(request), Embed.of(request, Embed.OF_LIST)));
                yield done(Answer.ok(body));
            }
            case "POST" -> create(request.json(), force);
            case "PUT" -> updateAll(request, new AppOperations.Style(request.flag("partialUpdate", true), true));
            case "PATCH" -> updateAll(request, new AppOperations.Style(true, false));
            default -> Api.methodNotAllowed("GET, POST, PUT, PATCH");
        };
    }

    /** Answers a request for one app. */
    CompletableFuture<Answer> one(ApiRequest request, AppId id) throws JsonProcessingException {
        return switch (request.method()) {
            case "GET" -> done(get(id, Embed.of(request, Embed.OF_APP)));
            case "PUT" -> update(id, request, new AppOperations.Style(request.flag("partialUpdate", true), true));
            case "PATCH" -> update(id, request, new AppOperations.Style(true, false));
            // As in Marathon's code: what is deleted need not be waited for.
            case "DELETE" ->
                backend.submit((core, nowMs) ->
                        Answer.deployment(200, operations(core, nowMs).delete(id, request.flag("force", true))));
            default -> Api.methodNotAllowed("GET, PUT, PATCH, DELETE");
        };
    }

    /** {@code {group}/*}: all apps below a group. */
    CompletableFuture<Answer> below(ApiRequest request, String group) {
        Predicate<AppSpec> member = app -> app.id().path().startsWith(group.isEmpty() ? "/" : group + "/");
        ObjectNode body = Answer.object();
        body.set("*", list(member, Embed.of(request, Embed.OF_APP)));
        return done(Answer.ok(body));
    }

    CompletableFuture<Answer> restart(ApiRequest request, AppId id) {
        if (!request.method().equals("POST")) {
            return Api.methodNotAllowed("POST");
        }
        boolean force = request.flag("force", false);
        return backend.submit(
                (core, nowMs) -> Answer.deployment(200, operations(core, nowMs).restart(id, force)));
    }

    CompletableFuture<Answer> versions(ApiRequest request, AppId id, Optional<String> version) {
        if (!request.method().equals("GET")) {
            return Api.methodNotAllowed("GET");
        }
        NavigableMap<Timestamp, AppSpec> versions =
                backend.snapshot().versions().get(id);
        if (versions == null) {
            throw AppOperations.unknown(id);
        }
        if (version.isPresent()) {
            Timestamp wanted = timestamp(version.get());
            return done(Answer.ok(AppWriter.write(
                    Optional.ofNullable(versions.get(wanted)).orElseThrow(() -> AppOperations.noVersion(id, wanted)))));
        }
        ObjectNode body = Answer.object();
        ArrayNode list = body.putArray("versions");
        versions.descendingKeySet().forEach(timestamp -> list.add(timestamp.toString()));
        return done(Answer.ok(body));
    }

    private static Timestamp timestamp(String text) {
        try {
            return Timestamp.parse(text);
        } catch (IllegalArgumentException e) {
            throw new RequestException(400, e.getMessage());
        }
    }

    private ArrayNode list(Predicate<AppSpec> selector, Set<Embed> embed) {
        Snapshot snapshot = backend.snapshot();
        AppInfoJson info = new AppInfoJson(snapshot, backend.role());
        ArrayNode list = Answer.object().arrayNode();
        snapshot.apps().values().stream().filter(selector).forEach(app -> list.add(info.app(app, embed)));
        return list;
    }

    private Answer get(AppId id, Set<Embed> embed) {
        Snapshot snapshot = backend.snapshot();
        AppSpec app = Optional.ofNullable(snapshot.apps().get(id)).orElseThrow(() -> AppOperations.unknown(id));
        ObjectNode body = Answer.object();
        body.set("app", new AppInfoJson(snapshot, backend.role()).app(app, embed));
        return Answer.ok(body);
    }

    private CompletableFuture<Answer> create(JsonNode json, boolean force) {
        AppSpec spec = AppReader.read(json, Optional.empty(), backend.role());
        return backend.submit((core, nowMs) -> operations(core, nowMs).create(spec, force))
                .thenApply(deployed -> {
                    Snapshot snapshot = backend.snapshot();
                    ObjectNode body = new AppInfoJson(snapshot, backend.role())
                            .app(deployed.app(), Set.of(Embed.COUNTS, Embed.DEPLOYMENTS, Embed.TASKS));
                    return Answer.json(201, body)
                            .forDeployment(deployed.deployment())
                            .with("Location", "/v2/apps" + spec.id());
                });
    }

    private CompletableFuture<Answer> update(AppId id, ApiRequest request, AppOperations.Style style)
            throws JsonProcessingException {
        JsonNode json = request.json();
        return backend.submit((core, nowMs) -> {
            AppOperations.Deployed deployed =
                    operations(core, nowMs).update(id, json, style, request.flag("force", false));
            Answer answer = Answer.deployment(deployed.created() ? 201 : 200, deployed.deployment());
            return deployed.created() ? answer.with("Location", "/v2/apps" + id) : answer;
        });
    }

    private CompletableFuture<Answer> updateAll(ApiRequest request, AppOperations.Style style)
            throws JsonProcessingException {
        JsonNode json = request.json();
        return backend.submit((core, nowMs) ->
                Answer.deployment(200, operations(core, nowMs).updateAll(json, style, request.flag("force", false))));
    }

    private AppOperations operations(Core core, long nowMs) {
        return new AppOperations(core, backend.role(), nowMs);
    }

    private static CompletableFuture<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
