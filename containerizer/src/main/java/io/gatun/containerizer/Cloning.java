package io.gatun.containerizer;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.CloneArgs;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Phase;
import io.gatun.isolator.filesystem.DeviceFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Clones the child of a plan: into its cgroup, and into namespaces that were made ahead where there are some. */
final class Cloning implements AutoCloseable {
    private final AheadPool<MadeNetwork> networks = MadeNetwork.pool();
    private final AheadPool<MadeDevices> devices = MadeDevices.pool();
    private final AheadPool<MadeMounts> mounts = MadeMounts.pool();

    /**
     * Clones.
     *
     * @throws io.gatun.ffm.SyscallException naming the step
     */
    Trampoline.Child start(LaunchPlan plan, Map<String, Long> bindings) {
        long flags = plan.namespaceFlags();
        // With a user namespace the others have to belong to that one, or the task has no rights in them.
        boolean own = (flags & CloneArgs.CLONE_NEWUSER) == 0;
        // Message queues in /dev are those of the namespace: both are made ahead, or neither.
        boolean usual =
                own && (flags & CloneArgs.CLONE_NEWIPC) != 0 && DeviceFiles.areUsual(plan.childRecords(Phase.DEVICES));
        boolean enters =
                own && (flags & CloneArgs.CLONE_NEWNS) != 0 && !plan.entering().isEmpty();
        try (MadeNetwork network = own && (flags & CloneArgs.CLONE_NEWNET) != 0
                        ? networks.take().orElse(null)
                        : null;
                MadeDevices made = usual ? devices.take().orElse(null) : null;
                MadeMounts empty = enters ? mounts.take().orElse(null) : null) {
            List<SyscallRecord> joins = new ArrayList<>(2);
            Map<Phase, List<SyscallRecord>> instead = new EnumMap<>(Phase.class);
            Map<String, Long> bound = new HashMap<>(bindings);
            if (network != null) {
                joins.add(join(network.namespace(), CloneArgs.CLONE_NEWNET, "CLONE_NEWNET"));
                instead.put(Phase.LOOPBACK, List.of());
                flags &= ~CloneArgs.CLONE_NEWNET;
            }
            if (made != null) {
                joins.add(join(made.ipc(), CloneArgs.CLONE_NEWIPC, "CLONE_NEWIPC"));
                instead.put(Phase.DEVICES, DeviceFiles.attach(made.descriptors()));
                flags &= ~CloneArgs.CLONE_NEWIPC;
            }
            if (empty != null) {
                instead.put(Phase.MOUNT, plan.entering());
                instead.put(Phase.ROOT, List.of());
                bound.put(LaunchPlan.MOUNTS, (long) empty.namespace().fd());
                flags &= ~CloneArgs.CLONE_NEWNS;
            }
            return startIn(plan, flags, plan.childTable(joins, instead), bound);
        }
    }

    private static SyscallRecord join(OwnedFd namespace, long kind, String name) {
        return SyscallRecord.of(
                Syscall.SETNS, name + " made ahead", Operand.of(namespace.fd()), Operand.named(kind, name));
    }

    private static Trampoline.Child startIn(
            LaunchPlan plan, long flags, SyscallTable child, Map<String, Long> bindings) {
        if (plan.cgroup().isEmpty()) {
            return clone(flags, OptionalInt.empty(), child, bindings);
        }
        Path directory = plan.cgroup().get();
        try (OwnedFd cgroup = Fd.open(directory, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0)) {
            return clone(flags, OptionalInt.of(cgroup.fd()), child, bindings);
        }
    }

    private static Trampoline.Child clone(
            long flags, OptionalInt cgroup, SyscallTable child, Map<String, Long> bindings) {
        int dumpable = Prctl.dumpable();
        try {
            return Trampoline.start(flags, cgroup, child, bindings);
        } finally {
            // A child that changes its credentials clears the flag of the memory that it shares with this process;
            // whose /proc files then belong to root, so that its next child could not map its ids.
            if (Prctl.dumpable() != dumpable) {
                Prctl.dumpable(dumpable);
            }
        }
    }

    @Override
    public void close() {
        networks.close();
        devices.close();
        mounts.close();
    }
}
