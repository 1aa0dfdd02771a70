package io.gatun.isolator;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What of its own view of the system a container has.
 *
 * @param hostname at most 64 of {@code A-Z a-z 0-9 . -}; empty: made of the container's id
 * @param sharePidNamespace whether it sees the processes of its parent, or of the agent when it has none
 * @param ipc System V IPC, POSIX message queues and /dev/shm; empty: its own, or its parent's when it is nested
 * @param sharedMemoryBytes size of its own /dev/shm, 0 for {@link #DEFAULT_SHARED_MEMORY_BYTES}
 * @param ids a user namespace with these ids; empty: the ids of the host, or of a rootless agent's own namespace
 */
public record NamespaceConfig(
        Optional<String> hostname,
        boolean sharePidNamespace,
        Optional<IpcMode> ipc,
        long sharedMemoryBytes,
        Optional<IdMapping> ids) {
    /** The size of a /dev/shm that nobody asked a size for: 64 MiB. */
    public static final long DEFAULT_SHARED_MEMORY_BYTES = 64L << 20;

    /** All of its own. */
    public static final NamespaceConfig DEFAULT = new NamespaceConfig(Optional.empty(), false, 0);

    /** HOST_NAME_MAX; sethostname(2). */
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?");

    public NamespaceConfig {
        Objects.requireNonNull(hostname, "hostname");
        Objects.requireNonNull(ipc, "ipc");
        Objects.requireNonNull(ids, "ids");
        hostname.filter(name -> !HOST_NAME.matcher(name).matches()).ifPresent(name -> {
            throw new IllegalArgumentException("namespaces.hostname=" + name
                    + ": must be 1 to 64 of A-Z a-z 0-9 . - and start and end with a letter or digit");
        });
        if (sharedMemoryBytes < 0) {
            throw new IllegalArgumentException(
                    "namespaces.sharedMemoryBytes=" + sharedMemoryBytes + ": must be 0 (the default) or positive");
        }
        if (sharedMemoryBytes > 0 && ipc.equals(Optional.of(IpcMode.SHARE_PARENT))) {
            throw new IllegalArgumentException("namespaces.sharedMemoryBytes=" + sharedMemoryBytes
                    + ": must be 0 with ipc=SHARE_PARENT, whose /dev/shm has a size already");
        }
    }

    /** With an IPC namespace as its place in the tree suggests, and the host's ids. */
    public NamespaceConfig(Optional<String> hostname, boolean sharePidNamespace, long sharedMemoryBytes) {
        this(hostname, sharePidNamespace, Optional.empty(), sharedMemoryBytes, Optional.empty());
    }

    /** Who else takes part in System V IPC, POSIX message queues and /dev/shm; Mesos' {@code ipc_mode}. */
    public enum IpcMode {
        /** Nobody. */
        PRIVATE,
        /** The parent container; without one, the agent and its host. */
        SHARE_PARENT
    }

    /** The same with other ids. */
    public NamespaceConfig with(Optional<IdMapping> newIds) {
        return new NamespaceConfig(hostname, sharePidNamespace, ipc, sharedMemoryBytes, newIds);
    }

    /** The same with another IPC mode. */
    public NamespaceConfig with(IpcMode mode) {
        return new NamespaceConfig(hostname, sharePidNamespace, Optional.of(mode), sharedMemoryBytes, ids);
    }

    /** Whether System V IPC and /dev/shm are its own. */
    public boolean privateIpc(boolean nested) {
        return ipc.map(mode -> mode == IpcMode.PRIVATE).orElse(!nested);
    }

    /** The size of its own /dev/shm. */
    public long sharedMemory() {
        return sharedMemoryBytes == 0 ? DEFAULT_SHARED_MEMORY_BYTES : sharedMemoryBytes;
    }
}
