package io.gatun.ffm.process;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct clone_args, include/uapi/linux/sched.h; clone3(2), Linux 5.3, {@code cgroup} since 5.7. Every field is u64. */
public final class CloneArgs {
    /** The child shares the memory; clone(2). */
    public static final long CLONE_VM = 0x100;
    /** Root, working directory and umask are shared; unshare(2) gives the caller its own. */
    public static final long CLONE_FS = 0x200;
    /** A pidfd is stored at {@code pidfd}; Linux 5.2. */
    public static final long CLONE_PIDFD = 0x1000;
    /** The parent's thread waits until the child has executed a program or exited. */
    public static final long CLONE_VFORK = 0x4000;
    /** New mount namespace. */
    public static final long CLONE_NEWNS = 0x20000;
    /** The child's id is stored at {@code parent_tid} before the child runs. */
    public static final long CLONE_PARENT_SETTID = 0x100000;
    /** New cgroup namespace, rooted at the cgroup of the <em>caller</em>: unshare(2) in the child to root it there. */
    public static final long CLONE_NEWCGROUP = 0x2000000;
    /** New host name. */
    public static final long CLONE_NEWUTS = 0x4000000;
    /** New System V IPC and POSIX message queues. */
    public static final long CLONE_NEWIPC = 0x8000000;
    /** New user namespace. */
    public static final long CLONE_NEWUSER = 0x10000000;
    /** New pid namespace; the child is its process 1. */
    public static final long CLONE_NEWPID = 0x20000000;
    /** New network namespace: a loopback device that is down, and nothing else. */
    public static final long CLONE_NEWNET = 0x40000000;
    /** Signal handlers of the parent become the default in the child; ignored signals stay ignored. Linux 5.5. */
    public static final long CLONE_CLEAR_SIGHAND = 0x100000000L;
    /** The child starts in the cgroup v2 whose directory {@code cgroup} is a descriptor of. Linux 5.7. */
    public static final long CLONE_INTO_CGROUP = 0x200000000L;

    /** The struct, as of CLONE_ARGS_SIZE_VER2. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
                    JAVA_LONG.withName("flags"),
                    JAVA_LONG.withName("pidfd"),
                    JAVA_LONG.withName("child_tid"),
                    JAVA_LONG.withName("parent_tid"),
                    JAVA_LONG.withName("exit_signal"),
                    JAVA_LONG.withName("stack"),
                    JAVA_LONG.withName("stack_size"),
                    JAVA_LONG.withName("tls"),
                    JAVA_LONG.withName("set_tid"),
                    JAVA_LONG.withName("set_tid_size"),
                    JAVA_LONG.withName("cgroup"))
            .withName("clone_args");

    private CloneArgs() {}

    /** Sets one field by its C name. */
    public static void set(MemorySegment args, String field, long value) {
        args.set(JAVA_LONG, LAYOUT.byteOffset(groupElement(field)), value);
    }
}
