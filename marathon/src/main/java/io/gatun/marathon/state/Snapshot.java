package io.gatun.marathon.state;

import io.gatun.marathon.app.AppId;
import io.gatun.marathon.app.AppSpec;
import io.gatun.marathon.app.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;

/** All that Marathon knew at one moment, for readers on any thread. Immutable. */
public record Snapshot(
        Optional<String> frameworkId,
        SortedMap<AppId, AppSpec> apps,
        Map<AppId, NavigableMap<Timestamp, AppSpec>> versions,
        Map<AppId, List<Instance>> instances,
        List<Deployment> deployments,
        Map<AppId, TaskFailure> failures,
        List<Queued> queue) {
    /**
     * Instances of an app that wait for an offer, or for a delay to pass.
     *
     * @param count at least 1
     * @param untilMs when the delay ends, milliseconds since 1970; 0 = there is none
     * @param sinceMs since when the app waits
     */
    public record Queued(AppSpec app, int count, long untilMs, long sinceMs) {}

    public List<Instance> instances(AppId app) {
        return instances.getOrDefault(app, List.of());
    }

    /** Ids of the deployments that touch the app; at most one. */
    public List<String> deploymentsOf(AppId app) {
        return deployments.stream()
                .filter(deployment -> deployment.affected().contains(app))
                .map(Deployment::id)
                .toList();
    }
}
