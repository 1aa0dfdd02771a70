package io.gatun.isolator;

import java.util.Objects;
import java.util.Optional;

/**
 * What of its own view of the system a container has.
 *
 * @param hostname empty: made of the container's id
 * @param sharePidNamespace whether it sees the processes of its parent, or of the agent when it has none
 * @param sharedMemoryBytes size of its /dev/shm, 0 for the kernel's default
 */
public record NamespaceConfig(Optional<String> hostname, boolean sharePidNamespace, long sharedMemoryBytes) {
    /** All of its own. */
    public static final NamespaceConfig DEFAULT = new NamespaceConfig(Optional.empty(), false, 0);

    public NamespaceConfig {
        Objects.requireNonNull(hostname, "hostname");
        if (sharedMemoryBytes < 0) {
            throw new IllegalArgumentException(
                    "namespaces.sharedMemoryBytes=" + sharedMemoryBytes + ": must be 0 (the default) or positive");
        }
    }
}
