package io.gatun.isolator.selection;

import io.gatun.isolator.Isolator;
import io.gatun.isolator.cgroup.CgroupIsolator;
import io.gatun.isolator.cgroup.Controllers;
import io.gatun.isolator.cgroup.DevicesIsolator;
import io.gatun.isolator.filesystem.FilesystemIsolator;
import io.gatun.isolator.filesystem.PosixFilesystemIsolator;
import io.gatun.isolator.namespace.IpcNamespaceIsolator;
import io.gatun.isolator.namespace.NamespaceIsolator;
import io.gatun.isolator.namespace.PidNamespaceIsolator;
import io.gatun.isolator.namespace.UserNamespaceIsolator;
import io.gatun.isolator.network.NetworkIsolator;
import io.gatun.isolator.process.ProcessIsolator;
import io.gatun.isolator.process.ProgramIsolator;
import io.gatun.isolator.security.CapabilityIsolator;
import io.gatun.isolator.security.CredentialIsolator;
import io.gatun.isolator.security.DeviceIsolator;
import io.gatun.isolator.security.NewPrivilegesIsolator;
import io.gatun.isolator.security.RlimitIsolator;
import io.gatun.isolator.security.SeccompIsolator;
import java.util.List;
import java.util.Optional;

/** All isolators in the order in which they contribute to a plan: an earlier one makes what a later one relies on. */
final class Catalogue {
    /** The default of {@code --isolation}. */
    static final String STANDARD = "cgroups/cpu,cgroups/mem,cgroups/pids,namespaces/pid,namespaces/ipc,filesystem/linux"
            + ",linux/capabilities,linux/seccomp,linux/nnp,linux/devices,posix/rlimits";

    static final List<Entry> ENTRIES = List.of(
            always(new CgroupIsolator()),
            always(DevicesIsolator.always()),
            named("cgroups/cpu", Controllers.isolator("cgroups/cpu")),
            named("cgroups/mem", Controllers.isolator("cgroups/mem")),
            named("cgroups/pids", Controllers.isolator("cgroups/pids")),
            named("cgroups/blkio", Controllers.isolator("cgroups/blkio")),
            named("cgroups/cpuset", Controllers.isolator("cgroups/cpuset")),
            named("cgroups/hugetlb", Controllers.isolator("cgroups/hugetlb")),
            named("cgroups/perf_event", Controllers.isolator("cgroups/perf_event")),
            named(DevicesIsolator.NAME, DevicesIsolator.named()),
            // Either makes our own bridge; plugins are run by the first only.
            named("network/cni", new NetworkIsolator(true)),
            named("network/bridge", new NetworkIsolator(false)),
            named("network/ports", nothing()),
            always(new NamespaceIsolator()),
            always(new PidNamespaceIsolator()),
            always(new IpcNamespaceIsolator()),
            named("namespaces/pid", nothing()),
            named("namespaces/ipc", nothing()),
            named("namespaces/user", new UserNamespaceIsolator()),
            named("filesystem/posix", new PosixFilesystemIsolator()),
            named("filesystem/linux", new FilesystemIsolator()),
            // Parts of filesystem/linux, named as Mesos names them.
            named("volume/host_path", nothing()),
            named("volume/sandbox_path", nothing()),
            named("volume/image", nothing()),
            named("volume/secret", nothing()),
            named("environment_secret", nothing()),
            named("disk/du", nothing()),
            named("disk/xfs", nothing()),
            always(new ProcessIsolator()),
            named("posix/rlimits", new RlimitIsolator()),
            named("linux/devices", nothing()),
            named("linux/nnp", nothing()),
            named("linux/capabilities", nothing()),
            named("linux/seccomp", nothing()),
            // Those of linux/*: what is in force for a container is decided in its confinement.
            always(new DeviceIsolator()),
            always(new NewPrivilegesIsolator()),
            always(new CapabilityIsolator()),
            always(new SeccompIsolator()),
            always(new CredentialIsolator()),
            always(new ProgramIsolator()));

    private Catalogue() {}

    /**
     * One isolator.
     *
     * @param name as {@code --isolation} has it; empty for one that cannot be left out
     */
    record Entry(String name, Isolator isolator, boolean always) {}

    static Optional<Entry> find(String name) {
        return ENTRIES.stream()
                .filter(entry -> !entry.always() && entry.name().equals(name))
                .findFirst();
    }

    static List<String> names() {
        return ENTRIES.stream()
                .filter(entry -> !entry.always())
                .map(Entry::name)
                .toList();
    }

    private static Entry always(Isolator isolator) {
        return new Entry("", isolator, true);
    }

    private static Entry named(String name, Isolator isolator) {
        return new Entry(name, isolator, false);
    }

    /** Selected by name, done by code outside the plan (a host part) or by an isolator that is always there. */
    private static Isolator nothing() {
        return launch -> List.of();
    }
}
