package io.gatun.ipvs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.gatun.ffm.ErrnoState;
import io.gatun.ffm.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Changes of the calling thread's place in the kernel, for a thread that ends afterwards. */
final class ThreadOnly {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    private ThreadOnly() {}

    /** Runs it in a network namespace of its own, where only a loopback interface is, and that one down. Needs root. */
    static <T> T inFreshNetwork(Callable<T> body) throws Exception {
        return onThread(() -> {
            int rc = (int) Libc.link("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                    .invokeExact(ErrnoState.current().segment(), CLONE_NEWNET);
            if (rc != 0) {
                throw new IllegalStateException(
                        "unshare: errno " + ErrnoState.current().value());
            }
            return body.call();
        });
    }

    /** Runs it without any capability, as a user who is not root. */
    static <T> T withoutCapabilities(Callable<T> body) throws Exception {
        return onThread(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment header = arena.allocateFrom(JAVA_INT, LINUX_CAPABILITY_VERSION_3, 0);
                MemorySegment none = arena.allocate(24, 4);
                int rc = (int) Libc.link("capset", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS))
                        .invokeExact(ErrnoState.current().segment(), header, none);
                if (rc != 0) {
                    throw new IllegalStateException(
                            "capset: errno " + ErrnoState.current().value());
                }
            }
            return body.call();
        });
    }

    private interface Body<T> {
        T run() throws Throwable;
    }

    private static <T> T onThread(Body<T> body) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            try {
                return body.run();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable t) {
                throw new AssertionError(t);
            }
        });
        Thread.ofPlatform().start(task);
        return task.get();
    }
}
