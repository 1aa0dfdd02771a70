package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_SLAVE;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.CloneArgs;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.RootFs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a child gets its root in a mount namespace that was made ahead and holds nothing of the host: it opens what it is to
 * see while it is in the host's, goes over with that, and its root covers the empty one. The host's mounts are neither
 * copied nor let go of, which is most of what the other way takes.
 */
final class Entering {
    private static final String ROOT = "root";

    private Entering() {}

    /**
     * The records; none for containers for which something has to be mounted before their root is.
     *
     * @param sources what was opened, without the root
     */
    static List<SyscallRecord> rows(LaunchContext launch, Sources sources) {
        boolean possible = !sources.staged
                && sources.shared.isEmpty()
                && launch.config().parent().isEmpty()
                && launch.config().namespaces().ids().isEmpty()
                && !launch.host().has(Namespace.USER);
        return possible && launch.config().filesystem().root() instanceof RootFs.Directory directory
                ? rows(directory.path(), sources.records)
                : List.of();
    }

    private static List<SyscallRecord> rows(Path root, List<SyscallRecord> opened) {
        List<SyscallRecord> records = new ArrayList<>();
        opened.forEach(record -> add(records, record));
        add(records, Calls.openTree(root.toString(), false, ROOT));
        records.add(SyscallRecord.of(
                Syscall.SETNS,
                "CLONE_NEWNS made ahead",
                new Operand.Bound(LaunchPlan.MOUNTS),
                Operand.named(CloneArgs.CLONE_NEWNS, "CLONE_NEWNS")));
        records.add(Calls.attachAt(ROOT, "/"));
        records.add(SyscallRecord.of(Syscall.FCHDIR, root.toString(), new Operand.Result(ROOT)));
        records.add(SyscallRecord.of(Syscall.CHROOT, root.toString(), Operand.text(".")));
        return records;
    }

    private static void add(List<SyscallRecord> records, SyscallRecord record) {
        records.add(record);
        if (record.call() == Syscall.OPEN_TREE) {
            // A clone of what the host shares is one more peer: what is mounted on it must not reach the host.
            String name = record.result().orElseThrow();
            records.add(Calls.setAttributes(name, 0, MS_SLAVE, record.object()));
        }
    }
}
