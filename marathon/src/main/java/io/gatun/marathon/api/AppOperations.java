package io.gatun.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppPatch;
import io.gatun.marathon.app.AppReader;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.InvalidAppException;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.app.Violation;
import io.gatun.marathon.state.Core;
import io.gatun.marathon.state.Deployment;
import io.gatun.marathon.state.RequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the API does to apps; runs on the thread of the state machine. Each method throws before it changes anything. */
final class AppOperations {
    /** What a change led to; created: whether the app is new. */
    record Deployed(AppSpec app, Deployment deployment, boolean created) {}

    private final Core core;
    private final String role;
    private final Timestamp version;

    AppOperations(Core core, String role, long nowMs) {
        this.core = core;
        this.role = role;
        this.version = core.nextVersion(nowMs);
    }

    static RequestException unknown(AppId id) {
        return RequestException.notFound("App '" + id + "' does not exist");
    }

    /** Throws 404 unless there is such an app. */
    static void require(Core core, AppId id) {
        if (core.app(id).isEmpty()) {
            throw unknown(id);
        }
    }

    private AppSpec existing(AppId id) {
        return core.app(id).orElseThrow(() -> unknown(id));
    }

    Deployed create(AppSpec spec, boolean force) {
        if (core.app(spec.id()).isPresent()) {
            throw RequestException.conflict("An app with id [" + spec.id() + "] already exists.");
        }
        Deployment deployment = core.deploy(Map.of(spec.id(), Optional.of(spec.asNew(version))), version, force);
        return new Deployed(existing(spec.id()), deployment, true);
    }

    Deployed update(AppId id, JsonNode json, Style style, boolean force) {
        boolean created = core.app(id).isEmpty();
        Deployment deployment = core.deploy(Map.of(id, Optional.of(updated(id, json, style))), version, force);
        return new Deployed(existing(id), deployment, created);
    }

    /** How an update treats an existing app's other fields, and an absent app. */
    record Style(boolean partial, boolean mayCreate) {}

    Deployment updateAll(JsonNode apps, Style style, boolean force) {
        if (!apps.isArray()) {
            throw new InvalidAppException(
                    List.of(new Violation("/", "must be an array of apps, was " + apps, Violation.Kind.TYPE)));
        }
        Map<AppId, Optional<AppSpec>> updates = new LinkedHashMap<>();
        for (int i = 0; i < apps.size(); i++) {
            AppId id = id(apps.get(i), "/(" + i + ")/id");
            if (updates.put(id, Optional.of(updated(id, apps.get(i), style))) != null) {
                throw new InvalidAppException("/(" + i + ")/id", "'" + id + "' is given twice");
            }
        }
        return core.deploy(updates, version, force);
    }

    private static AppId id(JsonNode app, String path) {
        try {
            return AppId.parse(app.path("id").asText());
        } catch (IllegalArgumentException e) {
            throw new InvalidAppException(path, e.getMessage());
        }
    }

    private AppSpec updated(AppId id, JsonNode json, Style style) {
        Optional<AppSpec> before = core.app(id);
        if (before.isEmpty()) {
            if (!style.mayCreate()) {
                throw unknown(id);
            }
            return AppReader.read(json, Optional.of(id), role).asNew(version);
        }
        AppSpec after = AppPatch.rollback(json)
                .map(old -> Optional.ofNullable(core.versions(id).get(old)).orElseThrow(() -> noVersion(id, old)))
                .orElseGet(() -> style.partial()
                        ? AppPatch.apply(before.get(), json, role)
                        : AppReader.read(json, Optional.of(id), role));
        return core.withServicePorts(after).asUpdateOf(before.get(), version);
    }

    static RequestException noVersion(AppId id, Timestamp version) {
        return RequestException.notFound("App '" + id + "' does not exist in version " + version);
    }

    Deployment restart(AppId id, boolean force) {
        return core.deploy(Map.of(id, Optional.of(existing(id).asNew(version))), version, force);
    }

    Deployment delete(AppId id, boolean force) {
        require(core, id);
        return core.deploy(Map.of(id, Optional.empty()), version, force);
    }

    /** Makes apps smaller by so many instances each. */
    Deployment shrink(Map<AppId, Integer> by, boolean force) {
        Map<AppId, Optional<AppSpec>> updates = new LinkedHashMap<>();
        by.forEach((id, count) -> {
            AppSpec before = existing(id);
            updates.put(
                    id,
                    Optional.of(before.withInstances(Math.max(0, before.instances() - count))
                            .asUpdateOf(before, version)));
        });
        return core.deploy(updates, version, force);
    }

    Deployment rollBack(String deploymentId) {
        return core.rollBack(deployment(deploymentId), version);
    }

    Deployment deployment(String id) {
        return core.deployment(id)
                .orElseThrow(() -> RequestException.notFound("DeploymentPlan " + id + " does not exist"));
    }
}
