package io.gatun.ffm.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.ErrnoState;
import io.gatun.ffm.Libc;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Memory that holds machine code: written first, executable afterwards, never both; mmap(2), mprotect(2). */
final class ExecutableMemory {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = 0x20;

    // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
    private static final MethodHandle MMAP = Libc.link(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    // int mprotect(void *addr, size_t len, int prot);
    private static final MethodHandle MPROTECT =
            Libc.link("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private ExecutableMemory() {}

    /**
     * Maps code, for the life of the process. No cache is flushed here: on aarch64 the kernel synchronises the
     * instruction cache when mprotect makes pages executable (arch/arm64/mm/flush.c, __sync_icache_dcache).
     *
     * @throws io.gatun.ffm.SyscallException EACCES where a security module forbids it (SELinux execmem)
     */
    static MemorySegment map(byte[] code) {
        ErrnoState errno = ErrnoState.current();
        try {
            MemorySegment address = (MemorySegment) MMAP.invokeExact(
                    errno.segment(),
                    MemorySegment.NULL,
                    (long) code.length,
                    PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS,
                    -1,
                    0L);
            Errno.check(address.address() == -1 ? -errno.value() : 0, "mmap", "");
            MemorySegment memory = address.reinterpret(code.length);
            memory.copyFrom(MemorySegment.ofArray(code));
            int result =
                    (int) MPROTECT.invokeExact(errno.segment(), address, (long) code.length, PROT_READ | PROT_EXEC);
            Errno.check(result < 0 ? -errno.value() : 0, "mprotect", "PROT_EXEC");
            return memory.asReadOnly();
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.bindingFault("mmap", t);
        }
    }
}
