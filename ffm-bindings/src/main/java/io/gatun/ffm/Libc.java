package io.gatun.ffm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Links libc symbols. The handles of this class, but for {@link #linkWithoutErrno}, take an errno capture segment as their
 * first argument ({@link ErrnoState#segment()}), because the JVM may overwrite errno before Java could ask for it.
 *
 * <p>Bindings keep their handle in a {@code private static final} field: only a constant handle is inlined by C2.
 */
public final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");

    private Libc() {}

    /**
     * Links a function with a fixed number of arguments.
     *
     * @param symbol the C name
     * @param descriptor its signature, without the capture segment
     * @throws UnsatisfiedLinkError when libc has no such symbol
     */
    public static MethodHandle link(String symbol, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(address(symbol), descriptor, CAPTURE_ERRNO);
    }

    /**
     * Links a function without the capture segment, for calls whose errno is not asked for. Until C2 has compiled the
     * caller, a handle with that segment allocates 40 bytes per call (a slice of it); this one allocates nothing.
     *
     * @throws UnsatisfiedLinkError when libc has no such symbol
     */
    public static MethodHandle linkWithoutErrno(String symbol, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(address(symbol), descriptor);
    }

    /**
     * Links a variadic function, such as open(2), ioctl(2) or syscall(2).
     *
     * @param firstVariadic index of the first variadic argument in {@code descriptor}
     */
    public static MethodHandle linkVariadic(String symbol, FunctionDescriptor descriptor, int firstVariadic) {
        return LINKER.downcallHandle(
                address(symbol), descriptor, CAPTURE_ERRNO, Linker.Option.firstVariadicArg(firstVariadic));
    }

    /** What a binding throws from its {@code catch (Throwable)}: our bug, never the kernel's. */
    public static AssertionError bindingFault(String symbol, Throwable cause) {
        return new AssertionError("binding of " + symbol + " is wrong", cause);
    }

    private static MemorySegment address(String symbol) {
        return LINKER.defaultLookup()
                .find(symbol)
                .orElseThrow(() -> new UnsatisfiedLinkError("libc has no symbol " + symbol));
    }
}
