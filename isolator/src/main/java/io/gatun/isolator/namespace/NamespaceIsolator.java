package io.gatun.isolator.namespace;

import static io.gatun.ffm.mount.Mount.MS_REC;
import static io.gatun.ffm.mount.Mount.MS_SLAVE;

import io.gatun.ffm.Fd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import io.gatun.isolator.filesystem.Calls;
import java.util.ArrayList;
import java.util.List;

/**
 * What every container has where the host allows it: mounts and a host name of its own, and for a rootless agent the user
 * namespace that makes it possible.
 */
public final class NamespaceIsolator implements Isolator {
    /** Binding: pidfd of the parent container's init. */
    public static final String PARENT = "parent";

    private static final int MAX_HOST_NAME = 63;

    @Override
    public List<Row> rows(LaunchContext launch) {
        ContainerConfig config = launch.config();
        Host host = launch.host();
        List<Row> rows = new ArrayList<>();
        if (host.has(Namespace.USER)) {
            rows.add(new Row.Unshared(Namespace.USER));
            userNamespace(rows, host);
        }
        if (host.has(Namespace.MOUNT)) {
            rows.add(new Row.Unshared(Namespace.MOUNT));
            // The container's mounts stay in it. The host's arrive: above all its unmounts, or a container would keep
            // every file system busy that was mounted when it started.
            rows.add(new Row.InChild(Phase.MOUNT, Calls.mount("none", "/", null, MS_REC | MS_SLAVE, null)));
        }
        if (host.has(Namespace.UTS)) {
            hostName(rows, config);
        }
        return rows;
    }

    private static void hostName(List<Row> rows, ContainerConfig config) {
        if (config.parent().isPresent() && config.namespaces().hostname().isEmpty()) {
            // One network, one name for it.
            rows.add(new Row.InChild(Phase.JOIN, join(Namespace.UTS)));
            return;
        }
        rows.add(new Row.Unshared(Namespace.UTS));
        String name = config.namespaces().hostname().orElseGet(() -> hostName(config.id()));
        rows.add(new Row.InChild(
                Phase.HOST_NAME,
                SyscallRecord.of(Syscall.SETHOSTNAME, name, Operand.text(name), new Operand.Length(name))));
    }

    /** setns(2) into a namespace of the parent container. */
    static SyscallRecord join(Namespace namespace) {
        return SyscallRecord.of(
                Syscall.SETNS,
                namespace.flagName(),
                new Operand.Bound(PARENT),
                Operand.named(namespace.flag(), namespace.flagName()));
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

    /** A container's id as a host name: letters, digits and hyphens, at most 63; RFC 1123, hostname(7). */
    public static String hostName(String id) {
        StringBuilder name = new StringBuilder(MAX_HOST_NAME);
        for (int i = 0; i < id.length() && name.length() < MAX_HOST_NAME; i++) {
            char c = id.charAt(i);
            if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                name.append(c);
            } else if (!name.isEmpty() && name.charAt(name.length() - 1) != '-') {
                name.append('-');
            }
        }
        if (!name.isEmpty() && name.charAt(name.length() - 1) == '-') {
            name.setLength(name.length() - 1);
        }
        return name.isEmpty() ? "container" : name.toString();
    }
}
