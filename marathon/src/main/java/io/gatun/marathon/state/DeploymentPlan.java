package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.InvalidAppException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The steps of a deployment: apps that go are stopped, apps that come are announced, then one step for each layer of
 * dependencies brings up or changes what has all it depends on. Pure.
 */
public final class DeploymentPlan {
    private DeploymentPlan() {}

    /**
     * Plans the way between two sets of definitions.
     *
     * @param original the affected apps before
     * @param target the affected apps after
     * @param all every app after, affected or not, for its dependencies
     * @throws InvalidAppException when apps depend on each other in a circle
     */
    public static List<List<Action>> steps(
            Map<AppId, AppSpec> original, Map<AppId, AppSpec> target, Collection<AppSpec> all) {
        List<List<Action>> steps = new ArrayList<>();
        steps.add(actions(Action.Type.StopApplication, original, target));
        steps.add(actions(Action.Type.StartApplication, target, original));
        Map<AppId, Integer> layers = layers(all);
        Map<Integer, List<Action>> byLayer = new TreeMap<>();
        new TreeMap<>(target).forEach((id, app) -> {
            AppSpec before = original.get(id);
            if (before == null && app.instances() > 0) {
                add(byLayer, layers.get(id), Action.Type.ScaleApplication, id);
            } else if (before != null
                    && !before.versions()
                            .lastConfigChangeAt()
                            .equals(app.versions().lastConfigChangeAt())) {
                boolean scaleOnly = app.instances() == 0 || before.instances() == 0;
                add(
                        byLayer,
                        layers.get(id),
                        scaleOnly ? Action.Type.ScaleApplication : Action.Type.RestartApplication,
                        id);
            } else if (before != null && before.instances() != app.instances()) {
                add(byLayer, layers.get(id), Action.Type.ScaleApplication, id);
            }
        });
        steps.addAll(byLayer.values());
        steps.removeIf(List::isEmpty);
        return steps;
    }

    private static List<Action> actions(Action.Type type, Map<AppId, AppSpec> of, Map<AppId, AppSpec> without) {
        return of.keySet().stream()
                .filter(id -> !without.containsKey(id))
                .sorted()
                .map(id -> new Action(type, id))
                .toList();
    }

    private static void add(Map<Integer, List<Action>> byLayer, int layer, Action.Type type, AppId id) {
        byLayer.computeIfAbsent(layer, unused -> new ArrayList<>()).add(new Action(type, id));
    }

    /** For each app the length of the longest chain of dependencies below it. */
    static Map<AppId, Integer> layers(Collection<AppSpec> apps) {
        Map<AppId, AppSpec> byId = new TreeMap<>();
        apps.forEach(app -> byId.put(app.id(), app));
        Map<AppId, Integer> layers = new HashMap<>();
        byId.values().forEach(app -> layer(app, byId, layers, new HashSet<>()));
        return layers;
    }

    private static int layer(AppSpec app, Map<AppId, AppSpec> byId, Map<AppId, Integer> layers, Set<AppId> above) {
        Integer known = layers.get(app.id());
        if (known != null) {
            return known;
        }
        if (!above.add(app.id())) {
            throw new InvalidAppException("/dependencies", "Dependency graph has cyclic dependencies at " + app.id());
        }
        int layer = 0;
        for (AppId dependency : app.dependencies()) {
            for (AppSpec candidate : byId.values()) {
                if (names(dependency, candidate.id())) {
                    layer = Math.max(layer, 1 + layer(candidate, byId, layers, above));
                }
            }
        }
        above.remove(app.id());
        layers.put(app.id(), layer);
        return layer;
    }

    /** A dependency names an app, or a group and by it all apps below. */
    private static boolean names(AppId dependency, AppId app) {
        return app.equals(dependency) || app.path().startsWith(dependency.path() + "/");
    }
}
