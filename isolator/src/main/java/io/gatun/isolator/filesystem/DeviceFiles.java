package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;
import static io.gatun.ffm.mount.Mount.MS_STRICTATIME;

import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.NamespaceConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The /dev of a container with files of its own: a tmpfs with what every program expects, and nothing else. */
public final class DeviceFiles {
    /** Nodes of Documentation/admin-guide/devices.txt that are safe to share. */
    public static final List<Node> NODES = List.of(
            new Node("null", 1, 3),
            new Node("zero", 1, 5),
            new Node("full", 1, 7),
            new Node("random", 1, 8),
            new Node("urandom", 1, 9),
            new Node("tty", 5, 0));

    /** Symbolic links. */
    public static final List<Link> LINKS = List.of(
            new Link("fd", "/proc/self/fd"),
            new Link("stdin", "/proc/self/fd/0"),
            new Link("stdout", "/proc/self/fd/1"),
            new Link("stderr", "/proc/self/fd/2"),
            new Link("core", "/proc/kcore"),
            new Link("ptmx", "pts/ptmx"));

    static final Path DIRECTORY = Path.of("/dev");

    private static final int UMASK = 022;
    /** Group tty, which may write to terminals; pts(4). */
    private static final int TTY_GROUP = 5;

    private static final FileSystem TMPFS =
            new FileSystem("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC | MS_STRICTATIME, "mode=0755,size=65536k");
    private static final FileSystem MQUEUE =
            new FileSystem("mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, "");

    /** What is mounted for nearly all containers: /dev, then what lies below it. */
    public static final List<FileSystem> USUAL = List.of(
            TMPFS, terminals(true, TTY_GROUP), MQUEUE, SharedMemory.own(NamespaceConfig.DEFAULT.sharedMemory(), ""));

    private static final List<SyscallRecord> USUAL_RECORDS = usualRecords();

    private DeviceFiles() {}

    /** A character device that everybody may use, directly in /dev. */
    public record Node(String name, int major, int minor) {
        String path() {
            return "/dev/" + name;
        }
    }

    /** A symbolic link, directly in /dev. */
    public record Link(String name, String target) {}

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
        boolean usual = !unprivileged && group == TTY_GROUP && SharedMemory.isUsual(launch);
        if (usual) {
            records.addAll(USUAL_RECORDS);
        } else {
            records.addAll(records(unprivileged, group));
            SharedMemory.mount(records, launch);
        }
    }

    /** Whether all that a plan does in its phase of devices is what {@link #USUAL}, nodes and links are. */
    public static boolean areUsual(List<SyscallRecord> records) {
        return records.equals(USUAL_RECORDS);
    }

    /** Attaches {@link #USUAL}, made ahead with nodes, links and places to mount on in it: bound to {@link #made}. */
    public static List<SyscallRecord> attach() {
        List<SyscallRecord> records = new ArrayList<>(USUAL.size());
        for (int i = 0; i < USUAL.size(); i++) {
            records.add(Calls.attachAt(new Operand.Bound(made(i)), USUAL.get(i).target()));
        }
        return records;
    }

    /** Binding: the descriptor of a mount of {@link #USUAL} that was made ahead. */
    public static String made(int index) {
        return "made_" + Path.of(USUAL.get(index).target()).getFileName();
    }

    private static List<SyscallRecord> usualRecords() {
        List<SyscallRecord> records = records(false, TTY_GROUP);
        records.add(Calls.makeDirectory(SharedMemory.PATH));
        records.add(USUAL.getLast().mount());
        return List.copyOf(records);
    }

    private static List<SyscallRecord> records(boolean unprivileged, int group) {
        List<SyscallRecord> records = new ArrayList<>();
        records.add(TMPFS.mount());
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
        LINKS.forEach(link -> records.add(Calls.link(link.target(), "/dev/" + link.name())));
        FileSystem terminals = terminals(!unprivileged, group);
        records.add(Calls.makeDirectory(terminals.target()));
        records.add(terminals.mount());
        records.add(Calls.makeDirectory(MQUEUE.target()));
        records.add(MQUEUE.mount());
        return records;
    }

    private static FileSystem terminals(boolean withGroup, int group) {
        String options = "newinstance,ptmxmode=0666,mode=0620";
        return new FileSystem(
                "devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, withGroup ? options + ",gid=" + group : options);
    }
}
