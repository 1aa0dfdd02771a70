package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.RtLink;
import io.gatun.ffm.process.CloneArgs;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * New network namespaces with their loopback device up, made ahead. The kernel sets up some sixty tables for one, a quarter
 * to half of the time that a launch takes; a thread of its own has that done beforehand, and when launches come in a row,
 * between them. Each is given out once. They are held by descriptors alone, so they go with the agent, however it ends.
 *
 * <p>The first container that wants one finds none, and starts the thread: an agent without such containers has neither.
 */
public final class NetworkPool implements AutoCloseable {
    /** What a burst finds beyond them is made by its own clone. */
    private static final int SIZE = 8;
    /** With fewer a new one is made at once, even if a launch that is under way has to share its processor. */
    private static final int LOW = SIZE / 2;
    /** Otherwise when the launch that took one is over, as nearly all are by then. */
    private static final long PAUSE_NS = 8_000_000;

    private static final long JOIN_MS = 2_000;
    private static final long NETLINK_TIMEOUT_MS = 5_000;
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");
    private static final Logger LOG = LoggerFactory.getLogger(NetworkPool.class);

    private final Lock lock = new ReentrantLock();
    private final Condition taken = lock.newCondition();
    private final Queue<OwnedFd> ready = new ArrayDeque<>(SIZE);
    private long lastTakenNs = System.nanoTime();
    private Thread maker;
    private boolean closed;

    /** A namespace for the receiver to join and close; empty when none is ready, and the clone has to make one. */
    public Optional<OwnedFd> take() {
        lock.lock();
        try {
            OwnedFd namespace = ready.poll();
            lastTakenNs = System.nanoTime();
            if (namespace == null && maker == null && !closed) {
                maker = Thread.ofPlatform().name("gatun-network-pool").daemon().start(this::make);
            }
            if (ready.size() < LOW || ready.size() == SIZE - 1) {
                taken.signal();
            }
            return Optional.ofNullable(namespace);
        } finally {
            lock.unlock();
        }
    }

    private void make() {
        try (OwnedFd host = Fd.open(OWN, Fd.O_RDONLY, 0)) {
            while (awaitNeed()) {
                OwnedFd namespace = makeOne(host);
                if (!add(namespace)) {
                    namespace.close();
                }
            }
        } catch (RuntimeException e) {
            // ENOSPC above user.max_net_namespaces, EMFILE: the launches themselves will say so, or get along.
            LOG.warn("network namespaces are not made ahead any more: {}", e.getMessage());
        }
    }

    /** Returns when one is to be made; false when the pool is closed. */
    private boolean awaitNeed() {
        lock.lock();
        try {
            while (!closed && ready.size() >= LOW) {
                long quietNs = System.nanoTime() - lastTakenNs;
                if (ready.size() == SIZE) {
                    taken.await();
                } else if (quietNs < PAUSE_NS) {
                    taken.awaitNanos(PAUSE_NS - quietNs);
                } else {
                    return true;
                }
            }
            return !closed;
        } catch (InterruptedException e) {
            return false; // nobody interrupts it but close
        } finally {
            lock.unlock();
        }
    }

    private boolean add(OwnedFd namespace) {
        lock.lock();
        try {
            return !closed && ready.add(namespace);
        } finally {
            lock.unlock();
        }
    }

    /** The thread leaves it at once, or it would keep the namespace of a container that ended long ago. */
    private static OwnedFd makeOne(OwnedFd host) {
        Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_NEWNET), "unshare", "CLONE_NEWNET");
        OwnedFd namespace = Fd.open(OWN, Fd.O_RDONLY, 0);
        try {
            try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, NETLINK_TIMEOUT_MS)) {
                inside.call(RtLink.up(RtLink.LOOPBACK_INDEX, "lo"));
            }
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
        lock.lock();
        try {
            closed = true;
            running = maker;
            taken.signal();
        } finally {
            lock.unlock();
        }
        if (running != null) {
            try {
                running.join(JOIN_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        ready.forEach(OwnedFd::close);
        ready.clear();
    }
}
