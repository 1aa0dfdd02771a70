package io.gatun.containerizer.userns;

import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.mount.MountAttr;
import io.gatun.ffm.mount.MountTree;
import io.gatun.ffm.process.CloneArgs;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.SyscallTable;
import io.gatun.ffm.process.Trampoline;
import io.gatun.ffm.process.WaitId;
import io.gatun.isolator.IdMapping;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;

/**
 * User namespaces that nobody lives in, one for each mapping: an idmapped mount names its mapping by such a descriptor;
 * mount_setattr(2). Thread-safe.
 */
final class OwnerViews implements AutoCloseable {
    private static final String UNMAPPED = "unmapped";
    private static final String MAPPED = "mapped";

    private final Map<IdMapping, OwnedFd> namespaces = new HashMap<>();

    /** A descriptor of the mapping's namespace, owned by the caller. */
    OwnedFd open(IdMapping ids) {
        synchronized (this) {
            OwnedFd namespace = namespaces.computeIfAbsent(ids, OwnerViews::create);
            return Fd.open(Path.of("/proc/self/fd/" + namespace.fd()), Fd.O_RDONLY, 0);
        }
    }

    /**
     * Finds out whether owners of a directory's files can be seen through a mapping.
     *
     * @throws IllegalArgumentException when its file system does not have that
     */
    void requireSupport(IdMapping ids, Path directory) {
        try (OwnedFd namespace = open(ids);
                OwnedFd tree = MountTree.open(directory, false)) {
            MountTree.setAttributes(tree.fd(), false, MountAttr.MOUNT_ATTR_IDMAP, namespace.fd(), directory);
        } catch (SyscallException e) {
            throw new IllegalArgumentException(
                    "namespaces.ids=" + ids.line() + ": the file system of " + directory
                            + " must have idmapped mounts: " + e.getMessage(),
                    e);
        }
    }

    private static OwnedFd create(IdMapping ids) {
        Fd.Pipe unmapped = Fd.pipe();
        Fd.Pipe mapped = Fd.pipe();
        AtomicReference<OwnedFd> namespace = new AtomicReference<>();
        IdMapper.start(
                ids,
                unmapped.read(),
                mapped.write(),
                pid -> namespace.set(Fd.open(Path.of("/proc/" + pid + "/ns/user"), Fd.O_RDONLY, 0)));
        try (OwnedFd write = unmapped.write();
                OwnedFd read = mapped.read()) {
            live(Map.of(UNMAPPED, (long) write.fd(), MAPPED, (long) read.fd()));
        }
        if (namespace.get() == null) {
            throw new IllegalStateException("namespaces.ids=" + ids.line() + ": could not be mapped");
        }
        return namespace.get();
    }

    /** A child in a new user namespace, which ends as soon as that has its maps. */
    private static void live(Map<String, Long> bindings) {
        SyscallTable table = new SyscallTable(List.of(
                SyscallRecord.of(
                        Syscall.WRITE,
                        "uid_map",
                        new Operand.Bound(UNMAPPED),
                        new Operand.Bound(Trampoline.CHILD_TID),
                        Operand.of(Integer.BYTES)),
                SyscallRecord.of(
                        Syscall.READ,
                        "uid_map",
                        new Operand.Bound(MAPPED),
                        new Operand.Words(List.of(0L), "&count"),
                        Operand.of(1))));
        int dumpable = Prctl.dumpable();
        Trampoline.Child child = Trampoline.start(CloneArgs.CLONE_NEWUSER, OptionalInt.empty(), table, bindings);
        try (OwnedFd pidfd = child.pidfd()) {
            WaitId.reap(pidfd.fd());
        } finally {
            if (Prctl.dumpable() != dumpable) {
                Prctl.dumpable(dumpable);
            }
        }
    }

    @Override
    public synchronized void close() {
        namespaces.values().forEach(OwnedFd::close);
        namespaces.clear();
    }
}
