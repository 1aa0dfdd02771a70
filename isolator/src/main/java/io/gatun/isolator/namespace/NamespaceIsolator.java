package io.gatun.isolator.namespace;

import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;
import static io.gatun.ffm.mount.Mount.MS_REC;
import static io.gatun.ffm.mount.Mount.MS_SLAVE;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.Prctl;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.util.ArrayList;
import java.util.List;

/** Namespaces, and what makes them look right from inside: ids, mounts, /proc, the host name. */
public final class NamespaceIsolator implements Isolator {
    private static final int MAX_HOST_NAME = 63;

    @Override
    public List<Row> rows(LaunchContext launch) {
        ContainerConfig config = launch.config();
        Host host = launch.host();
        List<Row> rows = new ArrayList<>();
        for (Namespace namespace : Namespace.values()) {
            // clone would root a cgroup namespace at the agent's cgroup: the child unshares it (CgroupIsolator).
            if (host.has(namespace) && namespace != Namespace.CGROUP) {
                rows.add(new Row.Unshared(namespace));
            }
        }
        if (!host.has(Namespace.PID)) {
            // What loses its parent comes to the init in place of the host's process 1, so it can still be found.
            rows.add(new Row.InChild(
                    Phase.BASICS,
                    SyscallRecord.of(
                            Syscall.PRCTL,
                            "PR_SET_CHILD_SUBREAPER",
                            Operand.named(Prctl.PR_SET_CHILD_SUBREAPER, "PR_SET_CHILD_SUBREAPER"),
                            Operand.of(1),
                            Operand.of(0),
                            Operand.of(0),
                            Operand.of(0))));
        }
        if (host.has(Namespace.USER)) {
            userNamespace(rows, host);
        }
        if (host.has(Namespace.MOUNT)) {
            mounts(rows, host);
        }
        if (host.has(Namespace.UTS)) {
            String name = config.namespaces().hostname().orElseGet(() -> hostName(config.id()));
            rows.add(new Row.InChild(
                    Phase.HOST_NAME,
                    SyscallRecord.of(Syscall.SETHOSTNAME, name, Operand.text(name), Operand.of(name.length()))));
        }
        return rows;
    }

    /** Maps the agent's own user to itself, which needs no privilege; user_namespaces(7). */
    private static void userNamespace(List<Row> rows, Host host) {
        write(rows, "uid_map", host.uid() + " " + host.uid() + " 1");
        // Required before gid_map by a process without CAP_SETGID in the parent namespace.
        write(rows, "setgroups", "deny");
        write(rows, "gid_map", host.gid() + " " + host.gid() + " 1");
    }

    private static void write(List<Row> rows, String name, String data) {
        String file = "/proc/self/" + name;
        rows.add(new Row.InChild(
                Phase.USER_NAMESPACE,
                SyscallRecord.of(
                                Syscall.OPENAT,
                                file,
                                Operand.named(Fd.AT_FDCWD, "AT_FDCWD"),
                                Operand.text(file),
                                Operand.named(Fd.O_WRONLY | Fd.O_CLOEXEC, "O_WRONLY|O_CLOEXEC"),
                                Operand.of(0))
                        .as(name)));
        rows.add(new Row.InChild(
                Phase.USER_NAMESPACE,
                SyscallRecord.of(
                        Syscall.WRITE, file, new Operand.Result(name), Operand.text(data), Operand.of(data.length()))));
    }

    private static void mounts(List<Row> rows, Host host) {
        // The container's mounts stay in it. The host's arrive: above all its unmounts, or a container would keep
        // every file system busy that was mounted when it started.
        rows.add(new Row.InChild(
                Phase.MOUNT,
                SyscallRecord.of(
                        Syscall.MOUNT,
                        "/",
                        Operand.text("none"),
                        Operand.text("/"),
                        Operand.NULL,
                        Operand.named(MS_REC | MS_SLAVE, "MS_REC|MS_SLAVE"),
                        Operand.NULL)));
        if (host.proc()) {
            rows.add(new Row.InChild(
                    Phase.MOUNT,
                    SyscallRecord.of(
                            Syscall.MOUNT,
                            "/proc",
                            Operand.text("proc"),
                            Operand.text("/proc"),
                            Operand.text("proc"),
                            Operand.named(MS_NOSUID | MS_NODEV | MS_NOEXEC, "MS_NOSUID|MS_NODEV|MS_NOEXEC"),
                            Operand.NULL)));
        }
    }

    /** A container's id as a host name: letters, digits and hyphens, at most 63; RFC 1123, hostname(7). */
    public static String hostName(String id) {
        String name = id.replaceAll("[^A-Za-z0-9]+", "-");
        String cut = name.substring(0, Math.min(name.length(), MAX_HOST_NAME)).replaceAll("^-+|-+$", "");
        return cut.isEmpty() ? "container" : cut;
    }
}
