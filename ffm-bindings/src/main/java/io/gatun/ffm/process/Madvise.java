package io.gatun.ffm.process;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;

/** madvise(2): what the kernel is told of mapped memory. Any thread. */
public final class Madvise {
    /** Pages leave the mapping: private ones are lost, those of a shared file stay in the page cache; sys/mman.h. */
    static final int MADV_DONTNEED = 4;

    private Madvise() {}

    /**
     * Takes the pages of a shared file out of the mapping; they are mapped again where they are touched. What is mapped
     * privately is zero afterwards.
     *
     * @param address a multiple of the page size
     * @param bytes rounded up to whole pages
     * @param what what is mapped there, for the message
     * @throws io.gatun.ffm.SyscallException EINVAL within a page, ENOMEM where nothing is mapped
     */
    public static void dontNeed(long address, long bytes, Object what) {
        Errno.check(Syscall.MADVISE.invoke(address, bytes, MADV_DONTNEED), "madvise", what);
    }
}
