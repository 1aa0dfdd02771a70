package io.gatun.isolator.namespace;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import io.gatun.isolator.filesystem.SharedMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code namespaces/ipc}: System V IPC, POSIX message queues and /dev/shm of the container's own, or those of its parent;
 * ipc_namespaces(7). In a root of its own, /dev/shm is mounted together with the rest of /dev.
 */
public final class IpcNamespaceIsolator implements Isolator {
    @Override
    public List<Row> rows(LaunchContext launch) {
        ContainerConfig config = launch.config();
        List<Row> rows = new ArrayList<>();
        if (!launch.host().has(Namespace.IPC)) {
            return rows;
        }
        boolean isolated = config.filesystem().isolated();
        if (config.namespaces().privateIpc(config.parent().isPresent())) {
            rows.add(new Row.Unshared(Namespace.IPC));
            if (!isolated && launch.host().has(Namespace.MOUNT)) {
                // Not before the volumes' sources are open: one of them may be below the host's /dev/shm, which this
                // hides.
                rows.add(new Row.InChild(Phase.FILES, SharedMemory.own(launch)));
            }
        } else if (config.parent().isPresent()) {
            rows.add(new Row.InChild(Phase.JOIN, NamespaceIsolator.join(Namespace.IPC)));
        }
        return rows;
    }
}
