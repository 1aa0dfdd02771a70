package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.RtLink;
import io.gatun.ffm.process.CloneArgs;
import java.nio.file.Path;

/**
 * A new network namespace with its loopback device up. The kernel sets up some sixty tables for one, a quarter to half of
 * the time that a launch takes.
 *
 * @param namespace for the receiver to join and close
 */
public record MadeNetwork(OwnedFd namespace) implements AheadPool.Held {
    private static final long NETLINK_TIMEOUT_MS = 5_000;
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");

    /** A pool of them. */
    public static AheadPool<MadeNetwork> pool() {
        return new AheadPool<>("gatun-network-pool", Maker::new);
    }

    @Override
    public void close() {
        namespace.close();
    }

    private static final class Maker implements AheadPool.Maker<MadeNetwork> {
        private final OwnedFd host = Fd.open(OWN, Fd.O_RDONLY, 0);

        /** The thread leaves it at once, or it would keep the namespace of a container that ended long ago. */
        @Override
        public MadeNetwork make() {
            Errno.check(Syscall.UNSHARE.invoke(CloneArgs.CLONE_NEWNET), "unshare", "CLONE_NEWNET");
            OwnedFd namespace = Fd.open(OWN, Fd.O_RDONLY, 0);
            try {
                try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, NETLINK_TIMEOUT_MS)) {
                    inside.call(RtLink.up(RtLink.LOOPBACK_INDEX, "lo"));
                }
                Errno.check(Syscall.SETNS.invoke(host.fd(), CloneArgs.CLONE_NEWNET), "setns", "CLONE_NEWNET");
                return new MadeNetwork(namespace);
            } catch (RuntimeException e) {
                namespace.close();
                throw e;
            }
        }

        @Override
        public void close() {
            host.close();
        }
    }
}
