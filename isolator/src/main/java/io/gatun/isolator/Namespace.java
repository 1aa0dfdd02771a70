package io.gatun.isolator;

import io.gatun.ffm.process.CloneArgs;
import java.util.Locale;

/** The kinds of namespaces that containers get; namespaces(7). */
public enum Namespace {
    /** Ids and capabilities; only for an agent without privileges, who gets the others by it. */
    USER(CloneArgs.CLONE_NEWUSER, "CLONE_NEWUSER"),
    /** Process ids. When process 1 ends, the kernel ends the rest. */
    PID(CloneArgs.CLONE_NEWPID, "CLONE_NEWPID"),
    /** Mounts. */
    MOUNT(CloneArgs.CLONE_NEWNS, "CLONE_NEWNS"),
    /** System V IPC, POSIX message queues. */
    IPC(CloneArgs.CLONE_NEWIPC, "CLONE_NEWIPC"),
    /** Host name. */
    UTS(CloneArgs.CLONE_NEWUTS, "CLONE_NEWUTS"),
    /** Network devices, addresses, ports; only for a container that is not on the agent's network. */
    NET(CloneArgs.CLONE_NEWNET, "CLONE_NEWNET"),
    /** The view of the cgroup tree; unshared by the child, so that its root is the container's cgroup. */
    CGROUP(CloneArgs.CLONE_NEWCGROUP, "CLONE_NEWCGROUP");

    private final long flag;
    private final String shown;

    Namespace(long flag, String shown) {
        this.flag = flag;
        this.shown = shown;
    }

    /** The flag of clone(2) and unshare(2). */
    public long flag() {
        return flag;
    }

    /** The flag's name in the manual. */
    public String flagName() {
        return shown;
    }

    /** For messages: {@code pid namespace}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT) + " namespace";
    }
}
