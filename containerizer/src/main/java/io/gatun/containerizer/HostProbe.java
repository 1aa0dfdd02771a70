package io.gatun.containerizer;

import io.gatun.ffm.Arch;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.Credentials;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.ffm.process.WaitId;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Row;
import io.gatun.isolator.cgroup.CgroupIsolator;
import io.gatun.isolator.namespace.IpcNamespaceIsolator;
import io.gatun.isolator.namespace.NamespaceIsolator;
import io.gatun.isolator.namespace.PidNamespaceIsolator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Finds out what a launch can count on here, by trying: a child runs the namespace part of a plan and exits. What fails
 * is left out and tried again, and the kernel's answer is the reason that is shown.
 */
final class HostProbe {
    /** Every failure takes at least one thing away, so this many tries are more than enough. */
    private static final int MAX_TRIES = 10;

    private final Set<Namespace> namespaces =
            EnumSet.of(Namespace.PID, Namespace.MOUNT, Namespace.IPC, Namespace.UTS, Namespace.CGROUP);
    private final List<String> reasons = new ArrayList<>();
    private final int uid = Credentials.effectiveUserId();
    private final int gid = Credentials.effectiveGroupId();
    private boolean proc = true;

    private HostProbe() {}

    /** The host, and what is off there and why. */
    record Outcome(Host host, List<String> reasons) {}

    /**
     * Probes.
     *
     * @param isolators that are selected
     * @param prepareCgroups whether cgroups may be made, or are only looked at
     */
    static Outcome run(String cgroupsRoot, Set<String> isolators, boolean prepareCgroups) {
        return new HostProbe().probe(cgroupsRoot, isolators, prepareCgroups);
    }

    private Outcome probe(String cgroupsRoot, Set<String> isolators, boolean prepareCgroups) {
        if (uid != 0) {
            namespaces.add(Namespace.USER);
            reasons.add("users: tasks run as user " + uid + ", because the agent is not root");
        }
        for (int tries = 0; !succeeds(); tries++) {
            if (tries == MAX_TRIES) {
                throw new IllegalStateException("namespaces: none can be used, and leaving them out does not help");
            }
        }
        CgroupSetup.Outcome cgroups =
                CgroupSetup.of(CgroupHost.parse(cgroupsRoot, mountInfo()), isolators, prepareCgroups);
        reasons.addAll(cgroups.reasons());
        return new Outcome(host(cgroups.host()), List.copyOf(reasons));
    }

    private boolean succeeds() {
        ContainerConfig nothing = new ContainerConfig(
                "probe",
                List.of("/"),
                Map.of(),
                Path.of("/"),
                Optional.empty(),
                Limits.NONE,
                Path.of("/dev/null"),
                Path.of("/dev/null"));
        LaunchContext launch = new LaunchContext(nothing, host(CgroupHost.NONE), Optional.empty(), Path.of("/"));
        List<Row> rows = new ArrayList<>(new NamespaceIsolator().rows(launch));
        rows.addAll(new PidNamespaceIsolator().rows(launch));
        rows.addAll(new IpcNamespaceIsolator().rows(launch));
        rows.addAll(new CgroupIsolator().rows(launch));
        SyscallTable table = new SyscallTable(rows.stream()
                .filter(Row.InChild.class::isInstance)
                .map(Row.InChild.class::cast)
                .sorted(java.util.Comparator.comparing(Row.InChild::phase))
                .map(Row.InChild::record)
                .toList());
        long flags = rows.stream()
                .filter(Row.Unshared.class::isInstance)
                .mapToLong(row -> ((Row.Unshared) row).namespace().flag())
                .reduce(0, (a, b) -> a | b);
        try {
            Trampoline.Child child = Trampoline.start(flags, OptionalInt.empty(), table, Map.of());
            WaitId.reap(child.pidfd().fd());
            child.pidfd().close();
            return true;
        } catch (SyscallException e) {
            giveUp(e);
            return false;
        }
    }

    private void giveUp(SyscallException e) {
        boolean user = namespaces.contains(Namespace.USER);
        if (e.call().equals("mount") && e.object().equals("/proc")) {
            // Process ids of a namespace with the /proc of another one mislead every program that looks.
            proc = false;
            leaveOut(e, Namespace.PID);
        } else if (e.call().equals("mount") && e.object().equals("/dev/shm")) {
            leaveOut(e, Namespace.IPC);
        } else if (e.call().equals("mount")) {
            proc = false;
            leaveOut(e, Namespace.PID, Namespace.MOUNT);
        } else if (e.call().equals("unshare")) {
            leaveOut(e, Namespace.CGROUP);
        } else if (e.call().equals("sethostname")) {
            leaveOut(e, Namespace.UTS);
        } else if (e.call().equals("clone3") && !user && !namespaces.isEmpty()) {
            // Root without CAP_SYS_ADMIN: as good as any other user.
            namespaces.add(Namespace.USER);
            reasons.add("privileges: " + e.getMessage() + "; trying a user namespace");
        } else if (!namespaces.isEmpty()) {
            proc = false;
            leaveOut(e, namespaces.toArray(Namespace[]::new));
        } else {
            throw e;
        }
    }

    private void leaveOut(SyscallException e, Namespace... without) {
        for (Namespace namespace : without) {
            namespaces.remove(namespace);
            reasons.add(namespace + ": " + e.getMessage());
        }
        if (!namespaces.contains(Namespace.PID)) {
            reasons.add(
                    "end of a container: a process that leaves its session outlives it, for want of a pid namespace");
        }
    }

    private Host host(CgroupHost cgroups) {
        return new Host(Arch.current(), uid, gid, namespaces, proc, cgroups);
    }

    private static String mountInfo() {
        try {
            return Files.readString(Path.of("/proc/self/mountinfo"));
        } catch (IOException e) {
            throw new UncheckedIOException("read /proc/self/mountinfo", e);
        }
    }
}
