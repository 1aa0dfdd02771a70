package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;
import static io.gatun.ffm.mount.Mount.MS_STRICTATIME;

import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import java.util.ArrayList;
import java.util.List;

/** The /dev of a container with files of its own: a tmpfs with what every program expects, and nothing else. */
final class DeviceFiles {
    /** Nodes of Documentation/admin-guide/devices.txt that are safe to share. */
    private static final List<Node> NODES = List.of(
            new Node("null", 1, 3),
            new Node("zero", 1, 5),
            new Node("full", 1, 7),
            new Node("random", 1, 8),
            new Node("urandom", 1, 9),
            new Node("tty", 5, 0));

    private static final int UMASK = 022;
    /** Group tty, which may write to terminals; pts(4). */
    private static final int TTY_GROUP = 5;

    private static final String PTS = "newinstance,ptmxmode=0666,mode=0620";

    /** What nearly all containers get. */
    private static final List<SyscallRecord> USUAL = records(false, TTY_GROUP);

    private DeviceFiles() {}

    private record Node(String name, int major, int minor) {
        String path() {
            return "/dev/" + name;
        }
    }

    /** What is opened of the host before its files are out of reach: nodes, where making them is not allowed. */
    static void open(List<SyscallRecord> records, LaunchContext launch) {
        if (launch.host().has(Namespace.USER)) {
            NODES.forEach(node -> records.add(Calls.openTree(node.path(), false, source(node))));
        }
    }

    private static String source(Node node) {
        return "dev_" + node.name();
    }

    /** Mounted into the new root; /dev is there. */
    static void mount(List<SyscallRecord> records, LaunchContext launch) {
        boolean unprivileged = launch.host().has(Namespace.USER);
        // Group 5 has no meaning in a user namespace that does not map it.
        int group =
                launch.config().namespaces().ids().map(IdMapping::firstHostId).orElse(0) + TTY_GROUP;
        records.addAll(unprivileged || group != TTY_GROUP ? records(unprivileged, group) : USUAL);
    }

    private static List<SyscallRecord> records(boolean unprivileged, int group) {
        List<SyscallRecord> records = new ArrayList<>();
        records.add(
                Calls.mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC | MS_STRICTATIME, "mode=0755,size=65536k"));
        if (unprivileged) {
            NODES.forEach(node -> {
                records.add(Calls.makeFile(node.path()));
                records.add(Calls.attachAt(source(node), node.path()));
            });
        } else {
            records.add(Calls.umask(0));
            NODES.forEach(node -> records.add(Calls.makeDevice(node.path(), node.major(), node.minor())));
            records.add(Calls.umask(UMASK));
        }
        records.add(Calls.link("/proc/self/fd", "/dev/fd"));
        records.add(Calls.link("/proc/self/fd/0", "/dev/stdin"));
        records.add(Calls.link("/proc/self/fd/1", "/dev/stdout"));
        records.add(Calls.link("/proc/self/fd/2", "/dev/stderr"));
        records.add(Calls.link("/proc/kcore", "/dev/core"));
        records.add(Calls.link("pts/ptmx", "/dev/ptmx"));
        records.add(Calls.makeDirectory("/dev/pts"));
        records.add(Calls.mount(
                "devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, unprivileged ? PTS : PTS + ",gid=" + group));
        records.add(Calls.makeDirectory("/dev/mqueue"));
        records.add(Calls.mount("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, null));
        return List.copyOf(records);
    }
}
