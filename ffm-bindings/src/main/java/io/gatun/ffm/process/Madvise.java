package io.gatun.ffm.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Libc;
import io.gatun.ffm.Syscall;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** madvise(2): what the kernel is told of mapped memory. Any thread. */
public final class Madvise {
    /** Pages leave the mapping: private ones are lost, those of a shared file stay in the page cache; sys/mman.h. */
    static final int MADV_DONTNEED = 4;

    // int madvise(void addr[.length], size_t length, int advice);
    private static final MethodHandle MADVISE =
            Libc.linkWithoutErrno("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

    private Madvise() {}

    /**
     * Takes the pages of a shared file out of the mapping; they are mapped again where they are touched. What is mapped
     * privately is zero afterwards. Allocates nothing, compiled or not.
     *
     * @param address a multiple of the page size
     * @param bytes rounded up to whole pages
     * @param what what is mapped there, for the message
     * @throws io.gatun.ffm.SyscallException EINVAL within a page, ENOMEM where nothing is mapped
     */
    public static void dontNeed(long address, long bytes, Object what) {
        try {
            if ((int) MADVISE.invokeExact(address, bytes, MADV_DONTNEED) == 0) {
                return;
            }
        } catch (Throwable t) {
            throw Libc.bindingFault("madvise", t);
        }
        // Once more for its errno: what is not mapped is not mapped twice.
        Errno.check(Syscall.MADVISE.invoke(address, bytes, MADV_DONTNEED), "madvise", what);
    }
}
