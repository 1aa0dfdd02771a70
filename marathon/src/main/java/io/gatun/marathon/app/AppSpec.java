package io.gatun.marathon.app;

import java.util.List;
import java.util.Map;

/**
 * The definition of an app in one version; valid and complete by construction through {@link AppReader}.
 *
 * @param instances how many shall run
 * @param acceptedResourceRoles roles whose resources may be used; empty = the framework's and {@code *}
 * @param dependencies apps or groups that are brought up before this one
 */
public record AppSpec(
        AppId id,
        int instances,
        Program program,
        Demand demand,
        Ports ports,
        Map<String, String> labels,
        List<String> acceptedResourceRoles,
        List<AppId> dependencies,
        Policy policy,
        Versions versions) {
    public AppSpec {
        labels = Ordered.copyOf(labels);
        acceptedResourceRoles = List.copyOf(acceptedResourceRoles);
        dependencies = List.copyOf(dependencies);
    }

    public Timestamp version() {
        return versions.version();
    }

    public AppSpec withInstances(int count) {
        return new AppSpec(
                id, count, program, demand, ports, labels, acceptedResourceRoles, dependencies, policy, versions);
    }

    public AppSpec withPorts(Ports other) {
        return new AppSpec(
                id, instances, program, demand, other, labels, acceptedResourceRoles, dependencies, policy, versions);
    }

    public AppSpec withVersions(Versions other) {
        return new AppSpec(
                id, instances, program, demand, ports, labels, acceptedResourceRoles, dependencies, policy, other);
    }

    /** Whether instances of the other definition can stay: everything but the number of instances is equal. */
    public boolean sameConfig(AppSpec other) {
        return withInstances(0)
                .withVersions(Versions.NONE)
                .equals(other.withInstances(0).withVersions(Versions.NONE));
    }

    /** This definition as the successor of another: a changed configuration, a changed scale, or neither. */
    public AppSpec asUpdateOf(AppSpec previous, Timestamp now) {
        Versions old = previous.versions();
        if (!sameConfig(previous)) {
            return withVersions(new Versions(now, now, now));
        }
        Timestamp scaled = instances == previous.instances() ? old.lastScalingAt() : now;
        return withVersions(new Versions(now, scaled, old.lastConfigChangeAt()));
    }

    /** This definition as a new app, or as one whose instances shall all be replaced. */
    public AppSpec asNew(Timestamp now) {
        return withVersions(new Versions(now, now, now));
    }
}
