package io.gatun.ffm.netlink;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.CloneArgs;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * network_namespaces(7). unshare(2) and setns(2) move the calling thread only, so both are done on threads of their own that
 * end afterwards. A socket belongs for ever to the namespace in which it was opened, whichever thread uses it.
 */
public final class NetworkNamespace {
    /** The calling thread's; {@code /proc/self} would be the first thread's. */
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");

    private NetworkNamespace() {}

    /**
     * Makes a namespace and runs something in it.
     *
     * @param body gets the descriptor that keeps the namespace; its to close, or to hand on
     * @throws io.gatun.ffm.SyscallException unshare: EPERM without CAP_SYS_ADMIN, ENOSPC above user.max_net_namespaces
     */
    public static <T> T create(Function<OwnedFd, T> body) {
        return onThread(() -> {
            Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_NEWNET), "unshare", "CLONE_NEWNET");
            return body.apply(open(OWN));
        });
    }

    /** The calling thread's namespace. */
    public static OwnedFd current() {
        return open(OWN);
    }

    /** A namespace by the path of a mount of it, or of a process: {@code /proc/PID/ns/net}. */
    public static OwnedFd open(Path path) {
        return Fd.open(path, Fd.O_RDONLY, 0);
    }

    /**
     * Runs something in a namespace.
     *
     * @param namespace a descriptor of it; borrowed
     * @throws io.gatun.ffm.SyscallException setns: EPERM without CAP_SYS_ADMIN
     */
    public static <T> T in(int namespace, Supplier<T> body) {
        return onThread(() -> {
            Errno.check(Syscall.SETNS.invoke(namespace, CloneArgs.CLONE_NEWNET), "setns", "CLONE_NEWNET");
            return body.get();
        });
    }

    private static <T> T onThread(Supplier<T> body) {
        FutureTask<T> task = new FutureTask<>(body::get);
        Thread.ofPlatform().name("gatun-netns").daemon().start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    // What was begun in the kernel is finished: half of it would have no owner.
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
