package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The way from some apps' old definitions to their new ones.
 *
 * @param original the affected apps before; without those that are created
 * @param target the affected apps after; without those that are deleted
 * @param steps one after the other; the actions of a step go on side by side
 * @param current index of the running step; equals the number of steps when all is done
 */
public record Deployment(
        String id,
        Timestamp version,
        SortedMap<AppId, AppSpec> original,
        SortedMap<AppId, AppSpec> target,
        List<List<Action>> steps,
        int current) {
    public Deployment {
        steps = steps.stream().map(List::copyOf).toList();
    }

    /** A deployment that has not begun. */
    public static Deployment planned(
            String id,
            Timestamp version,
            Map<AppId, AppSpec> original,
            Map<AppId, AppSpec> target,
            List<List<Action>> steps) {
        return new Deployment(id, version, new TreeMap<>(original), new TreeMap<>(target), steps, 0);
    }

    /** All apps that are locked by it. */
    public Set<AppId> affected() {
        Set<AppId> affected = new TreeSet<>(original.keySet());
        affected.addAll(target.keySet());
        return affected;
    }

    public boolean finished() {
        return current >= steps.size();
    }

    public Deployment advanced() {
        return new Deployment(id, version, original, target, steps, current + 1);
    }

    /** The actions that are being carried out; none when finished. */
    public List<Action> currentActions() {
        return finished() ? List.of() : steps.get(current);
    }

    /** The step that brings an app to its target; the first one when no step does. */
    public int stepOf(AppId app) {
        for (int i = 0; i < steps.size(); i++) {
            for (Action action : steps.get(i)) {
                if (action.app().equals(app) && action.type() != Action.Type.StartApplication) {
                    return i;
                }
            }
        }
        return 0;
    }
}
