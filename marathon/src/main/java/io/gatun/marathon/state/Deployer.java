package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Starts, conducts and ends deployments. Confined to the thread of its {@link Core}. */
final class Deployer {
    private final Ledger ledger;
    private final LaunchDelays delays;
    private final int runningMax;
    private final Supplier<UUID> ids;
    private final Consumer<Event> events;

    Deployer(Ledger ledger, LaunchDelays delays, int runningMax, Supplier<UUID> ids, Consumer<Event> events) {
        this.ledger = ledger;
        this.delays = delays;
        this.runningMax = runningMax;
        this.ids = ids;
        this.events = events;
    }

    /**
     * Makes new definitions the wanted ones and starts the way to them.
     *
     * @param updates for each app its new definition, with its version; empty = it is deleted
     * @return the deployment; finished from the start when nothing differs
     */
    Deployment deploy(Map<AppId, Optional<AppSpec>> updates, Timestamp version, boolean force) {
        SortedMap<AppId, AppSpec> after = new TreeMap<>(ledger.apps());
        Map<AppId, AppSpec> original = new HashMap<>();
        Map<AppId, AppSpec> target = new HashMap<>();
        updates.forEach((id, update) -> {
            AppSpec before = ledger.apps().get(id);
            if (update.isPresent() && before != null && unchanged(before, update.get())) {
                return;
            }
            Optional.ofNullable(before).ifPresent(app -> original.put(id, app));
            update.ifPresentOrElse(
                    app -> {
                        after.put(id, app);
                        target.put(id, app);
                    },
                    () -> after.remove(id));
        });
        List<List<Action>> steps = DeploymentPlan.steps(original, target, after.values());
        Deployment deployment = Deployment.planned(ids.get().toString(), version, original, target, steps);
        List<Deployment> inTheWay = inTheWay(deployment);
        if (!inTheWay.isEmpty() && !force) {
            throw new AppLockedException(inTheWay.stream().map(Deployment::id).toList());
        }
        if (ledger.deployments().size() - inTheWay.size() >= runningMax) {
            throw new RequestException(
                    403,
                    "Max number (" + runningMax + ") of running deployments is achieved. Wait for existing "
                            + "deployments to complete or cancel one using force=true parameter. "
                            + "You can increase max deployment number by using --max_running_deployments parameter");
        }
        inTheWay.forEach(this::cancel);
        target.values().forEach(ledger::save);
        original.keySet().stream().filter(id -> !target.containsKey(id)).forEach(ledger::delete);
        deployment.affected().forEach(delays::reset);
        if (!deployment.finished()) {
            ledger.save(deployment);
            tellStep("deployment_info", deployment);
        }
        return deployment;
    }

    private static boolean unchanged(AppSpec before, AppSpec after) {
        return before.versions().lastConfigChangeAt().equals(after.versions().lastConfigChangeAt())
                && before.instances() == after.instances();
    }

    private List<Deployment> inTheWay(Deployment deployment) {
        return ledger.deployments().stream()
                .filter(running -> running.affected().stream().anyMatch(deployment.affected()::contains))
                .toList();
    }

    /** Ends a deployment where it stands; the definitions stay the new ones. */
    void cancel(Deployment deployment) {
        ledger.delete(deployment);
        tellEnd("deployment_failed", deployment);
    }

    /** What undoes a deployment: its apps as they were before. */
    Map<AppId, Optional<AppSpec>> undoing(Deployment deployment, Timestamp version) {
        Map<AppId, Optional<AppSpec>> updates = new TreeMap<>();
        for (AppId id : deployment.affected()) {
            Optional<AppSpec> before = Optional.ofNullable(deployment.original().get(id));
            Optional<AppSpec> now = ledger.app(id);
            updates.put(
                    id,
                    before.map(app ->
                            now.map(current -> app.asUpdateOf(current, version)).orElseGet(() -> app.asNew(version))));
        }
        return updates;
    }

    /** What an app's instances shall become at this point of its deployment, if it is in one. */
    Goal goal(AppId id) {
        Optional<Deployment> deployment = ledger.deploymentOf(id);
        if (deployment.isEmpty()) {
            return ledger.app(id).map(Goal::scale).orElse(Goal.GONE);
        }
        boolean reached = deployment.get().current() >= deployment.get().stepOf(id);
        AppSpec spec = (reached ? deployment.get().target() : deployment.get().original()).get(id);
        if (spec == null) {
            return Goal.GONE;
        }
        return reached ? Goal.replace(spec) : Goal.scale(spec);
    }

    /** Goes on to the next step wherever the current one is done. Returns whether any deployment moved. */
    boolean advance(long nowMs) {
        boolean moved = false;
        for (Deployment deployment : ledger.deployments()) {
            if (!stepDone(deployment, nowMs)) {
                continue;
            }
            moved = true;
            tellStep("deployment_step_success", deployment);
            Deployment next = deployment.advanced();
            if (next.finished()) {
                ledger.delete(deployment);
                tellEnd("deployment_success", deployment);
            } else {
                ledger.save(next);
                tellStep("deployment_info", next);
            }
        }
        return moved;
    }

    private boolean stepDone(Deployment deployment, long nowMs) {
        Collection<Action> open = new ArrayList<>(deployment.currentActions());
        open.removeIf(action -> action.type() == Action.Type.StartApplication
                || Decision.decide(goal(action.app()), ledger.instances(action.app()), nowMs)
                        .done());
        return open.isEmpty();
    }

    private void tellStep(String type, Deployment deployment) {
        events.accept(new Event(type, Map.of("plan", deployment, "currentStep", deployment.currentActions())));
    }

    private void tellEnd(String type, Deployment deployment) {
        events.accept(new Event(type, Map.of("id", deployment.id(), "plan", deployment)));
    }
}
