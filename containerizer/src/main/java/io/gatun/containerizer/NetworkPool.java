package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.CloneArgs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New network namespaces, made ahead. The kernel sets up some sixty tables for one, a quarter to half of the time that a
 * launch takes; a thread of its own has that done beforehand. Each is given out once. They are held by descriptors alone,
 * so they go with the agent, however it ends.
 *
 * <p>The first container that wants one finds none, and starts the thread: an agent without such containers has neither.
 */
public final class NetworkPool implements AutoCloseable {
    /** What a burst finds beyond them is made by its own clone. */
    private static final int SIZE = 8;

    private static final long JOIN_MS = 2_000;
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");
    private static final Logger LOG = LoggerFactory.getLogger(NetworkPool.class);

    private final BlockingQueue<OwnedFd> ready = new ArrayBlockingQueue<>(SIZE);
    private Thread maker;
    private boolean closed;

    /** A namespace for the receiver to join and close; empty when none is ready, and the clone has to make one. */
    public Optional<OwnedFd> take() {
        OwnedFd namespace = ready.poll();
        if (namespace == null) {
            start();
        }
        return Optional.ofNullable(namespace);
    }

    private synchronized void start() {
        if (maker == null && !closed) {
            maker = Thread.ofPlatform().name("gatun-network-pool").daemon().start(this::make);
        }
    }

    private void make() {
        try (OwnedFd host = Fd.open(OWN, Fd.O_RDONLY, 0)) {
            while (true) {
                OwnedFd namespace = makeOne(host);
                try {
                    ready.put(namespace);
                } catch (InterruptedException e) {
                    namespace.close();
                    return; // closed
                }
            }
        } catch (RuntimeException e) {
            // ENOSPC above user.max_net_namespaces, EMFILE: the launches themselves will say so, or get along.
            LOG.warn("network namespaces are not made ahead any more: {}", e.getMessage());
        }
    }

    /** The thread leaves it at once, or it would keep the namespace of a container that ended long ago. */
    private static OwnedFd makeOne(OwnedFd host) {
        Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_NEWNET), "unshare", "CLONE_NEWNET");
        OwnedFd namespace = Fd.open(OWN, Fd.O_RDONLY, 0);
        try {
            Errno.check(Syscall.SETNS.invoke(host.fd(), CloneArgs.CLONE_NEWNET), "setns", "CLONE_NEWNET");
            return namespace;
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /** No launch may be going on. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = maker;
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join(JOIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        for (OwnedFd namespace = ready.poll(); namespace != null; namespace = ready.poll()) {
            namespace.close();
        }
    }
}
