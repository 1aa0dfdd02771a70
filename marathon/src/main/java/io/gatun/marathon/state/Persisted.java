package io.gatun.marathon.state;

import io.gatun.marathon.app.AppSpec;
import java.util.List;
import java.util.Optional;

/**
 * What was remembered.
 *
 * @param apps the current versions
 * @param versions all versions of all apps, the current ones among them
 */
public record Persisted(
        Optional<String> frameworkId,
        List<AppSpec> apps,
        List<AppSpec> versions,
        List<Instance> instances,
        List<Deployment> deployments,
        List<TaskFailure> failures) {
    public static final Persisted NOTHING =
            new Persisted(Optional.empty(), List.of(), List.of(), List.of(), List.of(), List.of());
}
