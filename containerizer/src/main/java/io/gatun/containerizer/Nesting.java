package io.gatun.containerizer;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.nested.Joined;
import io.gatun.isolator.nested.NestedPlans;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Containers within containers. One is launched only while its parent runs, ends before it, and is found again with it;
 * programs that are run in a container are nested in it, too, but live no longer than the agent that started them.
 */
final class Nesting {
    private final Map<String, Entry> entries;
    private final CgroupHost cgroups;

    Nesting(Map<String, Entry> entries, CgroupHost cgroups) {
        this.entries = entries;
        this.cgroups = cgroups;
    }

    /**
     * How a container is launched.
     *
     * @throws IllegalArgumentException when its parent does not run, or is not what its id says
     * @throws LaunchException when its parent's cgroup cannot hand limits down
     */
    Way way(ContainerConfig config) {
        if (!config.parent().equals(ContainerConfig.parentOf(config.id()))) {
            throw new IllegalArgumentException("container " + config.id() + ": parent="
                    + config.parent().orElse("none")
                    + ": must be what the id has before its last dot: the ids of nested"
                    + " containers, and no others, have one");
        }
        if (config.parent().isEmpty()) {
            return Way.ALONE;
        }
        Container parent = running(config.id(), config.parent().get());
        long through = Namespaces.entrance(parent.pid());
        Set<Joined> joined = Namespaces.of(through);
        if (!config.limits().equals(Limits.NONE)) {
            handDown(config.id(), parent.id());
        }
        return new Way(plan -> NestedPlans.nested(plan, joined, config), OptionalLong.of(through), false);
    }

    private void handDown(String id, String parent) {
        try {
            NestedCgroups.prepare(cgroups, parent);
        } catch (CgroupFiles.CgroupException | IllegalStateException e) {
            throw new LaunchException(id, e.getMessage(), e);
        }
    }

    private Container running(String id, String parent) {
        Entry entry = entries.get(parent);
        if (entry != null && entry.life() instanceof Life.Running running) {
            return running.container();
        }
        throw new IllegalArgumentException("container " + id + ": parent=" + parent
                + ": must be a container that runs, " + (entry == null ? "is not known" : "is ending"));
    }

    /** Whether the parent of a container has begun to end, or there is none. */
    boolean orphaned(ContainerConfig config) {
        return config.parent()
                .filter(parent -> {
                    Entry entry = entries.get(parent);
                    return entry == null || !(entry.life() instanceof Life.Running);
                })
                .isPresent();
    }

    /** The containers and programs directly in one, in no order. */
    List<String> within(String id) {
        return entries.keySet().stream()
                .filter(other -> other.startsWith(id + ".") && other.lastIndexOf('.') == id.length())
                .toList();
    }

    private List<String> children(String id) {
        return within(id).stream()
                .filter(child -> {
                    Entry entry = entries.get(child);
                    return entry != null && !(entry.life() instanceof Life.Ended);
                })
                .toList();
    }

    /**
     * Destroys all containers in one and does something when they have ended, at once where there are none.
     *
     * @param destroy ends one container, and tells when
     */
    void afterChildren(String id, Function<String, CompletableFuture<Termination>> destroy, Runnable then) {
        CompletableFuture<?>[] ends = children(id).stream().map(destroy).toArray(CompletableFuture[]::new);
        if (ends.length == 0) {
            then.run();
        } else {
            // A child whose launch failed completes exceptionally, which is an end as well.
            var unused = CompletableFuture.allOf(ends).handle((all, failure) -> {
                then.run();
                return true;
            });
        }
    }

    /** Whether an agent that expects some containers expects this one: it, or all that it is nested in. */
    static boolean expected(String id, boolean program, Set<String> expected) {
        if (expected.contains(id)) {
            return true;
        }
        int dot = id.indexOf('.');
        return dot > 0 && !program && expected.contains(id.substring(0, dot));
    }
}
