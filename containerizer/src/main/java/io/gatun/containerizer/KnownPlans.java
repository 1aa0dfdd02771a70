package io.gatun.containerizer;

import io.gatun.ffm.process.Names;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.selection.Isolators;
import io.gatun.isolator.template.PlanTemplate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The plans of the kinds of containers that were launched last: what follows often differs in its names only, and a plan
 * that is made and laid out once is most of what an agent computes for a launch. Any thread.
 */
final class KnownPlans {
    /** Kinds; the agent of a busy node runs some dozen apps. */
    private static final int MOST = 32;

    private final Isolators isolators;

    /** Replaced as a whole; newest first. */
    private volatile List<Known> known = List.of();
    /** What the last ones that none of them was for have in common with others: a second of the same makes a kind. */
    private final Deque<LaunchContext> seen = new ArrayDeque<>();

    /** A kind of containers. */
    record Known(PlanTemplate template, CompiledPlan plan) {}

    /** A plan, and the names in it. */
    record Ready(CompiledPlan plan, Names names) {
        static Ready of(LaunchPlan plan) {
            return new Ready(new CompiledPlan(plan, Names.NONE.form()), Names.NONE);
        }
    }

    KnownPlans(Isolators isolators) {
        this.isolators = isolators;
    }

    /** The kind that a container is of, as far as it tells itself. Nobody has found a problem with any of that kind. */
    Optional<Known> find(ContainerConfig config) {
        for (Known kind : known) {
            if (kind.template().isFor(config)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** The plan of a container of a kind; empty where its user, its confinement or the host's files are other ones. */
    Optional<Ready> ready(Known kind, LaunchContext launch) {
        return kind.template().holds(launch, isolators.found(launch))
                ? Optional.of(new Ready(kind.plan(), kind.template().names(launch)))
                : Optional.empty();
    }

    /** Takes note of a container that was planned by itself, and found to have no problem. */
    void planned(LaunchContext launch) {
        Optional<LaunchContext> kind = PlanTemplate.kind(launch);
        if (kind.isPresent() && !isKept(launch) && isSecond(kind.get())) {
            PlanTemplate.of(isolators, launch)
                    .ifPresent(template ->
                            keep(new Known(template, new CompiledPlan(template.plan(), template.form())), launch));
        }
    }

    /** Whether one of the same kind was planned before; if so, that is forgotten. */
    private synchronized boolean isSecond(LaunchContext kind) {
        if (seen.remove(kind)) {
            return true;
        }
        if (seen.size() == MOST) {
            seen.removeLast();
        }
        seen.addFirst(kind);
        return false;
    }

    private boolean isKept(LaunchContext launch) {
        return find(launch.config()).flatMap(kind -> ready(kind, launch)).isPresent();
    }

    private synchronized void keep(Known kind, LaunchContext launch) {
        List<Known> kinds = new ArrayList<>(MOST);
        kinds.add(kind);
        for (Known other : known) {
            if (kinds.size() < MOST && !other.template().isFor(launch.config())) {
                kinds.add(other);
            }
        }
        known = List.copyOf(kinds);
    }
}
