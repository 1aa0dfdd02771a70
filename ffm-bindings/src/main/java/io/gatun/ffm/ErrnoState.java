package io.gatun.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * The place where a captured errno lands: one per thread, allocated at first use and kept as long as the thread.
 * Read {@link #value()} only after a call that failed.
 */
public final class ErrnoState {
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET =
            LAYOUT.byteOffset(java.lang.foreign.MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<ErrnoState> CURRENT = ThreadLocal.withInitial(ErrnoState::new);

    private final MemorySegment segment = Arena.ofAuto().allocate(LAYOUT);

    private ErrnoState() {}

    /** The calling thread's state. */
    public static ErrnoState current() {
        return CURRENT.get();
    }

    /** The first argument of every handle that {@link Libc} links. */
    public MemorySegment segment() {
        return segment;
    }

    /** errno of this thread's last captured call. */
    public int value() {
        return segment.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }
}
