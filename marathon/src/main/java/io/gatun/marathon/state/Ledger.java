package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that Marathon knows, in memory. Whoever changes it leaves a {@link Change} behind, so that what is stored and what
 * is known cannot drift apart. Confined to the thread of its {@link Core}.
 */
final class Ledger {
    private final SortedMap<AppId, AppSpec> apps = new TreeMap<>();
    private final Map<AppId, NavigableMap<Timestamp, AppSpec>> versions = new HashMap<>();
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Map<AppId, Map<String, Instance>> instancesByApp = new HashMap<>();
    private final Map<String, Deployment> deployments = new LinkedHashMap<>();
    private final Map<AppId, TaskFailure> failures = new HashMap<>();
    private final int versionsMax;
    private Optional<String> frameworkId;
    private List<Change> changes = new ArrayList<>();

    Ledger(Persisted persisted, int versionsMax) {
        this.versionsMax = versionsMax;
        frameworkId = persisted.frameworkId();
        persisted.versions().forEach(this::addVersion);
        persisted.apps().forEach(app -> {
            apps.put(app.id(), app);
            addVersion(app);
        });
        persisted.instances().forEach(this::put);
        persisted.deployments().forEach(deployment -> deployments.put(deployment.id(), deployment));
        persisted.failures().forEach(failure -> failures.put(failure.app(), failure));
    }

    List<Change> drainChanges() {
        List<Change> drained = changes;
        changes = new ArrayList<>();
        return drained;
    }

    SortedMap<AppId, AppSpec> apps() {
        return Collections.unmodifiableSortedMap(apps);
    }

    Optional<AppSpec> app(AppId id) {
        return Optional.ofNullable(apps.get(id));
    }

    NavigableMap<Timestamp, AppSpec> versions(AppId id) {
        return Collections.unmodifiableNavigableMap(versions.getOrDefault(id, Collections.emptyNavigableMap()));
    }

    private void addVersion(AppSpec app) {
        // A copy, for snapshots go on reading the one before.
        NavigableMap<Timestamp, AppSpec> all = new TreeMap<>(versions.getOrDefault(app.id(), new TreeMap<>()));
        all.put(app.version(), app);
        while (all.size() > versionsMax) {
            all.pollFirstEntry();
        }
        versions.put(app.id(), all);
    }

    /** An immutable picture, with what the caller knows of the launch queue. */
    Snapshot snapshot(List<Snapshot.Queued> queue) {
        Map<AppId, List<Instance>> byApp = new HashMap<>();
        instancesByApp.forEach((app, all) -> byApp.put(app, List.copyOf(all.values())));
        return new Snapshot(
                frameworkId,
                Collections.unmodifiableSortedMap(new TreeMap<>(apps)),
                Map.copyOf(versions),
                Map.copyOf(byApp),
                List.copyOf(deployments.values()),
                Map.copyOf(failures),
                List.copyOf(queue));
    }

    void save(AppSpec app) {
        apps.put(app.id(), app);
        addVersion(app);
        changes.add(new Change.SaveApp(app));
    }

    void delete(AppId id) {
        apps.remove(id);
        versions.remove(id);
        failures.remove(id);
        changes.add(new Change.DeleteApp(id));
    }

    Collection<Instance> instances() {
        return Collections.unmodifiableCollection(instances.values());
    }

    Collection<Instance> instances(AppId app) {
        return List.copyOf(instancesByApp.getOrDefault(app, Map.of()).values());
    }

    Optional<Instance> instanceOfTask(String taskId) {
        return Optional.ofNullable(instances.get(taskId));
    }

    private void put(Instance instance) {
        instances.put(instance.taskId(), instance);
        instancesByApp
                .computeIfAbsent(instance.app(), unused -> new LinkedHashMap<>())
                .put(instance.taskId(), instance);
    }

    /** Remembers an instance; does nothing when nothing is new. */
    void save(Instance instance) {
        if (!instance.equals(instances.get(instance.taskId()))) {
            put(instance);
            changes.add(new Change.SaveInstance(instance));
        }
    }

    void forget(Instance instance) {
        instances.remove(instance.taskId());
        instancesByApp.computeIfPresent(instance.app(), (app, all) -> {
            all.remove(instance.taskId());
            return all.isEmpty() ? null : all;
        });
        changes.add(new Change.DeleteInstance(instance.id()));
    }

    /** Ids of all apps that are wanted, being removed, or have instances left. */
    Collection<AppId> known() {
        TreeSet<AppId> known = new TreeSet<>(apps.keySet());
        known.addAll(instancesByApp.keySet());
        deployments.values().forEach(deployment -> known.addAll(deployment.affected()));
        return known;
    }

    Collection<Deployment> deployments() {
        return List.copyOf(deployments.values());
    }

    Optional<Deployment> deployment(String id) {
        return Optional.ofNullable(deployments.get(id));
    }

    /** The deployment that locks the app; there is at most one. */
    Optional<Deployment> deploymentOf(AppId app) {
        return deployments.values().stream()
                .filter(deployment -> deployment.original().containsKey(app)
                        || deployment.target().containsKey(app))
                .findFirst();
    }

    void save(Deployment deployment) {
        deployments.put(deployment.id(), deployment);
        changes.add(new Change.SaveDeployment(deployment));
    }

    void delete(Deployment deployment) {
        deployments.remove(deployment.id());
        changes.add(new Change.DeleteDeployment(deployment.id()));
    }

    Map<AppId, TaskFailure> failures() {
        return Collections.unmodifiableMap(failures);
    }

    void save(TaskFailure failure) {
        failures.put(failure.app(), failure);
        changes.add(new Change.SaveFailure(failure));
    }

    Optional<String> frameworkId() {
        return frameworkId;
    }

    void frameworkId(Optional<String> id) {
        if (!frameworkId.equals(id)) {
            frameworkId = id;
            changes.add(id.<Change>map(Change.SaveFrameworkId::new).orElseGet(Change.DeleteFrameworkId::new));
        }
    }
}
