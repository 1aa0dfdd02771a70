package io.gatun.ipvs;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.NlReply;
import io.gatun.ffm.netlink.RtLink;
import io.gatun.mesos.flags.StartupException;
import java.util.Optional;

/**
 * The network interface that holds our addresses: a dummy device of our own, or lo where the kernel has no dummy device.
 * Needs CAP_NET_ADMIN. Not thread-safe.
 */
final class LinkManager {
    /** Kind of the device, drivers/net/dummy.c: swallows what is sent to it; its addresses are local to the host. */
    private static final String DUMMY = "dummy";

    private static final String LOOPBACK = "lo";

    private final NetlinkSocket socket;
    private final String name;

    /** @param socket of protocol NETLINK_ROUTE; borrowed */
    LinkManager(NetlinkSocket socket, String name) {
        this.socket = socket;
        this.name = name;
    }

    /**
     * Creates the device, anew when a killed process of ours left one behind.
     *
     * @return the device, or lo
     * @throws SyscallException EPERM without CAP_NET_ADMIN
     * @throws StartupException when the name belongs to something else
     */
    RtLink open() {
        if (name.equals(LOOPBACK)) {
            return loopback();
        }
        remove();
        try {
            socket.call(RtLink.create(name, DUMMY));
        } catch (SyscallException e) {
            if (e.errno() == Errno.ENOTSUP) {
                return loopback();
            }
            if (e.errno() == Errno.EEXIST) {
                throw new StartupException(
                        "interface " + name,
                        "it exists and is not a dummy device",
                        "remove it, or choose another name with --l4lb_interface",
                        e);
            }
            throw e;
        }
        RtLink link = find(name).orElseThrow(() -> new SyscallException("RTM_GETLINK", name, Errno.ENODEV));
        socket.call(RtLink.up(link.index(), name));
        return link;
    }

    /** Removes our device with its addresses; does nothing when there is none. */
    void remove() {
        Optional<RtLink> link = find(name).filter(LinkManager::isOurs);
        if (link.isPresent()) {
            try {
                socket.call(RtLink.delete(link.get().index(), name));
            } catch (SyscallException e) {
                if (e.errno() != Errno.ENODEV) {
                    throw e;
                }
            }
        }
    }

    /** An interface by name. */
    Optional<RtLink> find(String wanted) {
        for (NlReply reply : socket.dump(RtLink.dump())) {
            RtLink link = RtLink.parse(reply);
            if (link.name().equals(wanted)) {
                return Optional.of(link);
            }
        }
        return Optional.empty();
    }

    private RtLink loopback() {
        return find(LOOPBACK).orElseThrow(() -> new SyscallException("RTM_GETLINK", LOOPBACK, Errno.ENODEV));
    }

    private static boolean isOurs(RtLink link) {
        return link.kind().equals(Optional.of(DUMMY));
    }
}
