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
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/** Clones the child of a plan: into its cgroup, and into a network namespace that was made ahead where there is one. */
final class Cloning implements AutoCloseable {
    private final NetworkPool networks = new NetworkPool();

    /**
     * Clones.
     *
     * @throws io.gatun.ffm.SyscallException naming the step
     */
    Trampoline.Child start(LaunchPlan plan, Map<String, Long> bindings) {
        long flags = plan.namespaceFlags();
        // With a user namespace the network namespace has to belong to that one, or the task has no rights in it.
        boolean wanted = (flags & CloneArgs.CLONE_NEWNET) != 0 && (flags & CloneArgs.CLONE_NEWUSER) == 0;
        OwnedFd namespace = wanted ? networks.take().orElse(null) : null;
        if (namespace == null) {
            return startIn(plan, flags, plan.childTable(), bindings);
        }
        try (namespace) {
            SyscallTable child = plan.childTable(SyscallRecord.of(
                    Syscall.SETNS,
                    "network namespace",
                    Operand.of(namespace.fd()),
                    Operand.named(CloneArgs.CLONE_NEWNET, "CLONE_NEWNET")));
            return startIn(plan, flags & ~CloneArgs.CLONE_NEWNET, child, bindings);
        }
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
    }
}
