package io.gatun.containerizer;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.process.CompiledTable;
import io.gatun.ffm.process.Names;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.Trampoline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
    Trampoline.Child start(CompiledPlan plan, Names names, Map<String, Long> bindings) {
        try (MadeNetwork network = plan.takesNetwork() ? networks.take().orElse(null) : null;
                MadeDevices made = plan.takesDevices() ? devices.take().orElse(null) : null;
                MadeMounts empty = plan.takesMounts() ? mounts.take().orElse(null) : null) {
            CompiledPlan.Given given = new CompiledPlan.Given(network, made, empty);
            Map<String, Long> bound = new HashMap<>(bindings);
            given.bind(bound);
            CompiledTable.Filled child = plan.child(given).with(names);
            Optional<Path> cgroup = plan.cgroup(names);
            if (cgroup.isEmpty()) {
                return clone(plan.flags(given), OptionalInt.empty(), child, names, bound);
            }
            try (OwnedFd directory = Fd.open(cgroup.get(), Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0)) {
                return clone(plan.flags(given), OptionalInt.of(directory.fd()), child, names, bound);
            }
        }
    }

    private static Trampoline.Child clone(
            long flags, OptionalInt cgroup, CompiledTable.Filled child, Names names, Map<String, Long> bindings) {
        int dumpable = Prctl.dumpable();
        try {
            return Trampoline.start(flags, cgroup, child, names, bindings);
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
