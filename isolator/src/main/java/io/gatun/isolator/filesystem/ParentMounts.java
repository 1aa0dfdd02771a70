package io.gatun.isolator.filesystem;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.CloneArgs;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.namespace.NamespaceIsolator;
import java.util.List;

/**
 * What a nested container shares with its parent and finds among the parent's mounts: /dev/shm with the IPC namespace,
 * /proc with the pid namespace.
 */
final class ParentMounts {
    private static final String OWN_NAMESPACE = "/proc/self/ns/mnt";
    private static final String OWN = "own_mounts";
    private static final String PROC = "/proc";
    private static final String PROC_SOURCE = "parent_proc";

    private ParentMounts() {}

    static boolean sharesMemory(LaunchContext launch) {
        return launch.config().parent().isPresent() && !SharedMemory.isOwn(launch);
    }

    static boolean sharesProc(LaunchContext launch) {
        return launch.config().parent().isPresent()
                && launch.config().namespaces().sharePidNamespace();
    }

    /** Opens what is shared. A mount can be cloned in its own mount namespace only: there and back again. */
    static void open(List<SyscallRecord> records, LaunchContext launch) {
        if (!sharesMemory(launch) && !sharesProc(launch)) {
            return;
        }
        records.add(SyscallRecord.of(
                        Syscall.OPENAT,
                        OWN_NAMESPACE,
                        Operand.named(Fd.AT_FDCWD, "AT_FDCWD"),
                        Operand.text(OWN_NAMESPACE),
                        Operand.named(Fd.O_RDONLY | Fd.O_CLOEXEC, "O_RDONLY|O_CLOEXEC"))
                .as(OWN));
        records.add(join(new Operand.Bound(NamespaceIsolator.PARENT)));
        if (sharesMemory(launch)) {
            records.add(Calls.openTree(SharedMemory.PATH, false, SharedMemory.SOURCE));
        }
        if (sharesProc(launch)) {
            records.add(Calls.openTree(PROC, true, PROC_SOURCE));
        }
        records.add(join(new Operand.Result(OWN)));
    }

    /** Attaches the parent's /proc. */
    static void attachProc(List<SyscallRecord> records) {
        records.add(Calls.attachAt(PROC_SOURCE, PROC));
    }

    /** Attaches what is shared over the host's own files. */
    static void attachOnHost(List<SyscallRecord> records, LaunchContext launch) {
        if (sharesMemory(launch)) {
            records.add(Calls.attachAt(SharedMemory.SOURCE, SharedMemory.PATH));
        }
        if (sharesProc(launch)) {
            attachProc(records);
        }
    }

    private static SyscallRecord join(Operand namespace) {
        return SyscallRecord.of(
                Syscall.SETNS, "CLONE_NEWNS", namespace, Operand.named(CloneArgs.CLONE_NEWNS, "CLONE_NEWNS"));
    }
}
