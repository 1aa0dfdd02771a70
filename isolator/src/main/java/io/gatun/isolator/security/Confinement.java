package io.gatun.isolator.security;

import io.gatun.isolator.security.seccomp.SeccompFilter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a container's processes are held, everything decided: what it asked for and what the agent adds.
 *
 * @param noNewPrivileges whether exec can gain nothing
 * @param capabilities empty to leave them as the agent's user has them
 * @param lastCapability the highest number that the kernel knows
 * @param filter of system calls
 * @param devices nodes in its /dev
 */
public record Confinement(
        boolean noNewPrivileges,
        Optional<Capabilities> capabilities,
        int lastCapability,
        Optional<SeccompFilter> filter,
        List<Device> devices) {
    /** Nothing. */
    public static final Confinement NONE = of(false);

    /** Only that exec can gain nothing. */
    public static final Confinement MINIMAL = of(true);

    public Confinement {
        Objects.requireNonNull(capabilities, "capabilities");
        Objects.requireNonNull(filter, "filter");
        devices = List.copyOf(devices);
    }

    private static Confinement of(boolean noNewPrivileges) {
        return new Confinement(
                noNewPrivileges, Optional.empty(), Capability.CHECKPOINT_RESTORE.number(), Optional.empty(), List.of());
    }
}
