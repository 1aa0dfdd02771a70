package io.gatun.ffm.perf;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One event, counted for one cgroup on one processor from {@link #open} on; perf_event_open(2). A cgroup is counted
 * processor by processor only: the kernel takes no "all" together with PERF_FLAG_PID_CGROUP. Any thread.
 */
public final class PerfCounter implements AutoCloseable {
    /** {@code pid} is a descriptor of a cgroup's directory; linux/perf_event.h, Linux 2.6.39. */
    public static final int PERF_FLAG_PID_CGROUP = 1 << 2;
    /** linux/perf_event.h, Linux 3.14. */
    public static final int PERF_FLAG_FD_CLOEXEC = 1 << 3;

    // struct perf_event_attr: u32 type, size; u64 config, sample_period, sample_type, read_format, bits
    static final int ATTR_SIZE = 4;
    static final int ATTR_CONFIG = 8;
    static final int ATTR_READ_FORMAT = 32;
    /** PERF_ATTR_SIZE_VER0: what lies behind is of later versions, and zero. */
    static final int ATTR_BYTES = 64;

    private static final int FORMAT_TOTAL_TIME_ENABLED = 1;
    private static final int FORMAT_TOTAL_TIME_RUNNING = 2;
    private static final int NO_GROUP = -1;
    private static final int READ_BYTES = 3 * Long.BYTES;

    private final PerfEvent event;
    private final OwnedFd fd;

    private PerfCounter(PerfEvent event, OwnedFd fd) {
        this.event = event;
        this.fd = fd;
    }

    /**
     * Starts counting.
     *
     * @param cgroup an open descriptor of a directory of the hierarchy that has the perf_event controller: v1's, or the
     *     v2 hierarchy where it is always there
     * @param cpu the processor, from 0
     * @throws SyscallException naming the event: ENOENT (the processor cannot count it), EACCES and EPERM
     *     (perf_event_paranoid), ENODEV (the processor is offline), EMFILE, EBADF (no such cgroup)
     */
    public static PerfCounter open(PerfEvent event, int cgroup, int cpu) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_BYTES, 8);
            attr.set(JAVA_INT, 0, event.type());
            attr.set(JAVA_INT, ATTR_SIZE, ATTR_BYTES);
            attr.set(JAVA_LONG, ATTR_CONFIG, event.config());
            attr.set(JAVA_LONG, ATTR_READ_FORMAT, FORMAT_TOTAL_TIME_ENABLED | FORMAT_TOTAL_TIME_RUNNING);
            long fd = Syscall.PERF_EVENT_OPEN.invoke(
                    attr.address(), cgroup, cpu, NO_GROUP, PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC, 0);
            return new PerfCounter(event, new OwnedFd((int)
                    Errno.check(fd, "perf_event_open", event.name() + " on processor " + cpu)));
        }
    }

    /**
     * What was counted since {@link #open}. Where processors have fewer counters than are asked for they take turns,
     * and this is extrapolated to the whole time, as perf-stat(1) does it.
     *
     * @return nanoseconds for an event that {@link PerfEvent#isTime()}, else a number of events
     * @throws SyscallException EIO and others of read(2)
     */
    public double value() {
        ByteBuffer read =
                ByteBuffer.wrap(Fd.read(fd.fd(), READ_BYTES, event.name())).order(ByteOrder.LITTLE_ENDIAN);
        if (read.remaining() < READ_BYTES) {
            throw new SyscallException("read", event.name(), Errno.EIO);
        }
        long count = read.getLong();
        long enabledNs = read.getLong();
        long runningNs = read.getLong();
        return runningNs == 0 ? 0 : (double) count * enabledNs / runningNs;
    }

    @Override
    public void close() {
        fd.close();
    }
}
