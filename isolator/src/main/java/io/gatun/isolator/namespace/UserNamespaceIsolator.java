package io.gatun.isolator.namespace;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.process.Trampoline;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code namespaces/user}: a container's root is nobody on the host; user_namespaces(7). The namespace is entered last,
 * when all mounts are made and all other namespaces belong to the host's root: in it, the container's root has power over
 * its own processes and files, and over nothing that was set up for it. A thread of the agent writes the maps while the
 * child waits, since no process may map ids that are not its own.
 */
public final class UserNamespaceIsolator implements Isolator {
    /** Binding: descriptor of a pipe that takes the child's process id. */
    public static final String UNMAPPED = "unmapped";
    /** Binding: descriptor of a pipe that has a byte when the maps are written. */
    public static final String MAPPED = "mapped";

    private static final int ID_BYTES = 4;

    @Override
    public List<String> problems(LaunchContext launch) {
        Optional<IdMapping> ids = launch.config().namespaces().ids();
        if (ids.isEmpty()) {
            return List.of();
        }
        if (!launch.host().canChangeUser()) {
            return List.of("namespaces.ids=" + ids.get() + ": only an agent that is root can map ids");
        }
        return launch.identity()
                .filter(who ->
                        who.uid() >= ids.get().count() || who.gid() >= ids.get().count())
                .map(who -> List.of("user=" + who.uid() + ":" + who.gid() + ": must be below "
                        + ids.get().count() + ", how many ids the container has"))
                .orElse(List.of());
    }

    @Override
    public List<Row> rows(LaunchContext launch) {
        List<Row> rows = new ArrayList<>();
        if (launch.config().namespaces().ids().isEmpty()) {
            return rows;
        }
        add(
                rows,
                SyscallRecord.of(
                        Syscall.UNSHARE,
                        "CLONE_NEWUSER",
                        Operand.named(Namespace.USER.flag(), Namespace.USER.flagName())));
        add(
                rows,
                SyscallRecord.of(
                        Syscall.WRITE,
                        "uid_map",
                        new Operand.Bound(UNMAPPED),
                        new Operand.Bound(Trampoline.CHILD_TID),
                        Operand.of(ID_BYTES)));
        add(
                rows,
                SyscallRecord.of(
                        Syscall.READ,
                        "uid_map",
                        new Operand.Bound(MAPPED),
                        new Operand.Words(List.of(0L), "&count"),
                        Operand.of(1)));
        Operand root = Operand.of(0);
        add(rows, SyscallRecord.of(Syscall.SETGROUPS, "[]", root, Operand.NULL));
        add(rows, SyscallRecord.of(Syscall.SETRESGID, "0", root, root, root));
        add(rows, SyscallRecord.of(Syscall.SETRESUID, "0", root, root, root));
        return rows;
    }

    private static void add(List<Row> rows, SyscallRecord record) {
        rows.add(new Row.InChild(Phase.ID_MAP, record));
    }
}
