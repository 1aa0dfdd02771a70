package io.gatun.marathon.state;

import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.KillSelection;
import io.gatun.marathon.app.UnreachableStrategy;
import io.gatun.marathon.app.UpgradeStrategy;
import io.gatun.mesos.v1.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The next move towards a {@link Goal}: how many instances to launch, which to kill. Pure, and made anew from what is
 * there after every change, so that no move depends on an earlier one having been remembered.
 *
 * @param launch how many more to launch
 * @param kill instances to kill
 * @param done whether the goal is reached
 */
record Decision(int launch, List<Instance> kill, boolean done) {
    private static final UnreachableStrategy REPLACE_AT_ONCE = new UnreachableStrategy.Enabled(0, 0);

    static Decision decide(Goal goal, Collection<Instance> instances, long nowMs) {
        UnreachableStrategy strategy =
                goal.spec().map(spec -> spec.policy().unreachable()).orElse(REPLACE_AT_ONCE);
        List<Instance> active = instances.stream()
                .filter(instance -> instance.active(strategy, nowMs))
                .toList();
        if (goal.spec().isEmpty()) {
            return new Decision(
                    0,
                    instances.stream().filter(instance -> !instance.killing()).toList(),
                    instances.isEmpty());
        }
        AppSpec spec = goal.spec().get();
        return goal.rolling()
                ? roll(spec, goal.count(), active, instances)
                : scale(spec, goal.count(), active, instances);
    }

    private static Decision scale(AppSpec spec, int count, List<Instance> active, Collection<Instance> all) {
        long serving = active.stream().filter(Instance::serving).count();
        boolean done =
                serving == count && active.size() == count && all.stream().noneMatch(Instance::killing);
        return new Decision(Math.max(0, count - active.size()), surplus(spec, active, active.size() - count), done);
    }

    private static Decision roll(AppSpec spec, int count, List<Instance> active, Collection<Instance> all) {
        List<Instance> fresh = active.stream().filter(i -> !i.outdated(spec)).toList();
        List<Instance> old = active.stream().filter(i -> i.outdated(spec)).toList();
        UpgradeStrategy upgrade = spec.policy().upgrade();
        int minHealthy = (int) Math.ceil(count * upgrade.minimumHealthCapacity());
        int maxCapacity = (int) Math.floor(count * (1 + upgrade.maximumOverCapacity()));
        if (minHealthy >= maxCapacity) {
            // Nothing could ever be killed, nothing ever be started: one more is the least that gets out of it.
            maxCapacity = minHealthy + 1;
        }
        long serving = active.stream().filter(Instance::serving).count();
        List<Instance> kill = new ArrayList<>(surplus(spec, fresh, fresh.size() - count));
        kill.addAll(retire(spec, old, serving - minHealthy));
        // Those that are being killed hold their resources until they are gone.
        int occupying =
                active.size() + (int) all.stream().filter(Instance::killing).count();
        int launch = Math.max(0, Math.min(count - fresh.size(), maxCapacity - occupying));
        boolean done = old.isEmpty()
                && fresh.size() == count
                && fresh.stream().allMatch(Instance::serving)
                && all.stream().noneMatch(Instance::killing);
        return new Decision(launch, kill, done);
    }

    /** Outdated instances that may go: all that do not serve, and as many that do as can be spared. */
    private static List<Instance> retire(AppSpec spec, List<Instance> old, long spare) {
        List<Instance> retired =
                new ArrayList<>(old.stream().filter(i -> !i.serving()).toList());
        List<Instance> serving = old.stream().filter(Instance::serving).toList();
        retired.addAll(surplus(spec, serving, (int) Math.min(Math.max(0, spare), serving.size())));
        return retired;
    }

    /** The first of the instances in the order of Marathon: those that serve least, then by age. */
    static List<Instance> surplus(AppSpec spec, List<Instance> instances, int count) {
        if (count <= 0) {
            return List.of();
        }
        Comparator<Instance> byAge =
                Comparator.comparingLong(Instance::stagedAtMs).thenComparing(Instance::id);
        return instances.stream()
                .sorted(Comparator.comparingInt(Decision::usefulness)
                        .thenComparing(
                                spec.policy().killSelection() == KillSelection.YOUNGEST_FIRST
                                        ? byAge.reversed()
                                        : byAge))
                .limit(count)
                .toList();
    }

    private static int usefulness(Instance instance) {
        if (instance.unreachableSinceMs().isPresent()) {
            return 0;
        }
        return switch (instance.state()) {
            case TaskState.TASK_STAGING -> 1;
            case TaskState.TASK_STARTING -> 2;
            default -> 3;
        };
    }
}
