package io.gatun.isolator.template;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.RootFs;
import java.util.Objects;

/** Which containers have the same plan but for names. */
final class Alike {
    private Alike() {}

    /**
     * Whether a container's plan can be one that others have, too: nothing but its own names lead to places of its own.
     * An id with dots is that of a nested container, and its cgroups lie elsewhere.
     */
    static boolean possible(ContainerConfig config) {
        return config.parent().isEmpty()
                && config.id().indexOf('.') < 0
                && !config.argv().isEmpty()
                && config.filesystem().volumes().isEmpty()
                && !(config.filesystem().root() instanceof RootFs.Overlay);
    }

    /** Whether two containers for which that is possible differ in names, arguments and environment only. */
    static boolean are(ContainerConfig one, ContainerConfig other) {
        return one.limits().equals(other.limits())
                && one.argv().getFirst().equals(other.argv().getFirst())
                && samePath(one, other)
                && one.stdout().equals(one.stderr()) == other.stdout().equals(other.stderr())
                && one.user().equals(other.user())
                && one.io().equals(other.io())
                && one.filesystem().equals(other.filesystem())
                && one.namespaces().equals(other.namespaces())
                && one.privileges().equals(other.privileges())
                && one.network().equals(other.network())
                && one.engine().equals(other.engine());
    }

    private static boolean samePath(ContainerConfig one, ContainerConfig other) {
        return !isLookedUp(one)
                || Objects.equals(
                        one.environment().get(PlanTemplate.PATH),
                        other.environment().get(PlanTemplate.PATH));
    }

    /** Whether its program is looked for in each directory of PATH: one without a slash is. */
    static boolean isLookedUp(ContainerConfig config) {
        return config.argv().getFirst().indexOf('/') < 0;
    }
}
