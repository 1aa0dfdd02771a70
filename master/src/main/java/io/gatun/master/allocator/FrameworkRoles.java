package io.gatun.master.allocator;

import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.FrameworkInfo.Capability;
import java.util.LinkedHashSet;
import java.util.Set;

/** The roles of frameworks: several for those that are MULTI_ROLE capable, else one. */
public final class FrameworkRoles {
    /** The role of frameworks that name none. */
    public static final String DEFAULT = "*";

    private FrameworkRoles() {}

    /** The roles of a framework, in its order. */
    public static Set<String> of(FrameworkInfo info) {
        return Capabilities.has(info, Capability.Type.MULTI_ROLE)
                ? new LinkedHashSet<>(info.getRolesList())
                : Set.of(deprecatedRole(info));
    }

    /** Whether the field that {@code roles} replaces is set. */
    @SuppressWarnings("deprecation") // See deprecatedRole.
    public static boolean hasDeprecatedRole(FrameworkInfo info) {
        return info.hasRole();
    }

    @SuppressWarnings("deprecation") // The only role of frameworks that are not MULTI_ROLE.
    private static String deprecatedRole(FrameworkInfo info) {
        return info.getRole();
    }
}
