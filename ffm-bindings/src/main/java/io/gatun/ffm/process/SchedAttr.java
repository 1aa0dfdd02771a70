package io.gatun.ffm.process;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * How the calling thread is scheduled: struct sched_attr of linux/sched/types.h, sched_getattr(2) and sched_setattr(2).
 * Any thread, about itself.
 */
public final class SchedAttr {
    /** The time-sharing policy, which threads have that ask for no other; linux/sched.h. */
    public static final int SCHED_OTHER = 0;

    /** What the thread starts is scheduled as if none of this had been asked for; linux/sched.h. */
    private static final long SCHED_FLAG_RESET_ON_FORK = 1;

    /** The struct, as of SCHED_ATTR_SIZE_VER1. */
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
                    JAVA_INT.withName("size"),
                    JAVA_INT.withName("sched_policy"),
                    JAVA_LONG.withName("sched_flags"),
                    JAVA_INT.withName("sched_nice"),
                    JAVA_INT.withName("sched_priority"),
                    JAVA_LONG.withName("sched_runtime"),
                    JAVA_LONG.withName("sched_deadline"),
                    JAVA_LONG.withName("sched_period"),
                    JAVA_INT.withName("sched_util_min"),
                    JAVA_INT.withName("sched_util_max"))
            .withName("sched_attr");

    private static final long POLICY = LAYOUT.byteOffset(groupElement("sched_policy"));
    private static final long NICE = LAYOUT.byteOffset(groupElement("sched_nice"));
    private static final long FLAGS = LAYOUT.byteOffset(groupElement("sched_flags"));
    private static final long RUNTIME = LAYOUT.byteOffset(groupElement("sched_runtime"));

    private SchedAttr() {}

    /**
     * How long the calling thread runs before another one has its turn, in ns; 0 before Linux 6.12, which does not tell.
     *
     * @throws io.gatun.ffm.SyscallException when a filter forbids to ask
     */
    public static long slice() {
        try (Arena arena = Arena.ofConfined()) {
            return get(arena).get(JAVA_LONG, RUNTIME);
        }
    }

    /**
     * Asks for another slice for the calling thread: it is as much of the processor as before, in shorter turns that come
     * sooner. From Linux 6.12 on a thread with a shorter slice that wakes up need not wait for the end of another one's;
     * earlier kernels take the call and change nothing. What it starts has slices as usual. A thread of another policy than
     * {@link #SCHED_OTHER} is left as it is.
     *
     * @param ns the kernel takes 100,000 to 100,000,000, and the nearest of these for others
     * @throws io.gatun.ffm.SyscallException when a filter forbids it
     */
    public static void slice(long ns) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = get(arena);
            attr.set(JAVA_LONG, RUNTIME, ns);
            set(attr, "slice of " + ns + " ns");
        }
    }

    /** How nice the calling thread is to others, from -20 to 19; see sched(7). */
    public static int nice() {
        try (Arena arena = Arena.ofConfined()) {
            return get(arena).get(JAVA_INT, NICE);
        }
    }

    /**
     * Asks for another niceness for the calling thread: with each step down it gets a quarter more of a processor that
     * others want, too. What it starts has 0 where this is less. A thread of another policy than {@link #SCHED_OTHER} is
     * left as it is.
     *
     * @param nice the kernel takes -20 to 19, and the nearest of these for others
     * @throws io.gatun.ffm.SyscallException EPERM for less than now without CAP_SYS_NICE and above RLIMIT_NICE
     */
    public static void nice(int nice) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = get(arena);
            attr.set(JAVA_INT, NICE, nice);
            set(attr, "niceness of " + nice);
        }
    }

    private static void set(MemorySegment attr, String what) {
        if (attr.get(JAVA_INT, POLICY) == SCHED_OTHER) {
            attr.set(JAVA_LONG, FLAGS, attr.get(JAVA_LONG, FLAGS) | SCHED_FLAG_RESET_ON_FORK);
            Errno.check(Syscall.SCHED_SETATTR.invoke(0, attr.address(), 0), "sched_setattr", what);
        }
    }

    /** With its size in it: the kernel's own if that is smaller. */
    private static MemorySegment get(Arena arena) {
        MemorySegment attr = arena.allocate(LAYOUT);
        Errno.check(
                Syscall.SCHED_GETATTR.invoke(0, attr.address(), LAYOUT.byteSize(), 0),
                "sched_getattr",
                "the calling thread");
        return attr;
    }
}
