package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import io.gatun.marathon.app.UnreachableStrategy;
import io.gatun.mesos.v1.TaskState;
import java.util.List;
import java.util.OptionalLong;

/**
 * One instance of an app, from the moment it is matched with an offer until its task is known to be gone. Times are
 * milliseconds since 1970.
 *
 * @param id {@code <path joined by _>.instance-<uuid>}
 * @param version of the app when it was launched
 * @param ports host ports in the order of the app's port definitions
 * @param state the last one heard of; TASK_STAGING until then
 * @param killing it is not wanted any more and has been, or is about to be, sent a KILL
 * @param unreachableSinceMs while its node cannot be reached
 * @param addresses of its network, from its last status
 */
public record Instance(
        String id,
        AppId app,
        Timestamp version,
        String agentId,
        String host,
        List<Integer> ports,
        TaskState state,
        boolean killing,
        long stagedAtMs,
        OptionalLong startedAtMs,
        OptionalLong unreachableSinceMs,
        List<String> addresses) {
    public Instance {
        ports = List.copyOf(ports);
        addresses = List.copyOf(addresses);
    }

    /** The id of an instance's task; instances are not restarted, so that the incarnation is always the first. */
    public static String taskId(String instanceId) {
        return instanceId + "._app.1";
    }

    public String taskId() {
        return taskId(id);
    }

    /** Whether it does its work, as far as is known, and shall go on. */
    public boolean serving() {
        return state == TaskState.TASK_RUNNING && !killing;
    }

    /** Whether it was launched with another configuration than the given definition has. */
    public boolean outdated(AppSpec spec) {
        return version.compareTo(spec.versions().lastConfigChangeAt()) < 0;
    }

    /** When an unreachable instance stops to count; never for those that are reachable or of a patient app. */
    public OptionalLong inactiveAtMs(UnreachableStrategy strategy) {
        return strategy instanceof UnreachableStrategy.Enabled enabled && unreachableSinceMs.isPresent()
                ? OptionalLong.of(unreachableSinceMs.getAsLong() + enabled.inactiveAfterSeconds() * 1000)
                : OptionalLong.empty();
    }

    /** When an unreachable instance is forgotten. */
    public OptionalLong expungeAtMs(UnreachableStrategy strategy) {
        return strategy instanceof UnreachableStrategy.Enabled enabled && unreachableSinceMs.isPresent()
                ? OptionalLong.of(unreachableSinceMs.getAsLong() + enabled.expungeAfterSeconds() * 1000)
                : OptionalLong.empty();
    }

    /** Whether it counts as one of the app's instances: not being killed, not lost from sight for too long. */
    public boolean active(UnreachableStrategy strategy, long nowMs) {
        OptionalLong inactiveAt = inactiveAtMs(strategy);
        return !killing && (inactiveAt.isEmpty() || nowMs < inactiveAt.getAsLong());
    }

    public Instance withKilling() {
        return new Instance(
                id,
                app,
                version,
                agentId,
                host,
                ports,
                state,
                true,
                stagedAtMs,
                startedAtMs,
                unreachableSinceMs,
                addresses);
    }

    /** After news of its task. */
    public Instance with(TaskState news, OptionalLong started, OptionalLong unreachable, List<String> ips) {
        return new Instance(
                id, app, version, agentId, host, ports, news, killing, stagedAtMs, started, unreachable, ips);
    }
}
