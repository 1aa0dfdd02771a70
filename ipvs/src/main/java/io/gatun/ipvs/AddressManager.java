package io.gatun.ipvs;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.NlReply;
import io.gatun.ffm.netlink.NlRequest;
import io.gatun.ffm.netlink.RtAddress;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Our IPv4 addresses, each a /32. They carry a label, so that what a killed process of ours left on lo is told from what
 * others put there. Needs CAP_NET_ADMIN. Not thread-safe.
 */
final class AddressManager {
    /** Label of every address of ours; ifconfig's convention wants the interface's name first. */
    static final String LABEL_SUFFIX = ":vip";

    /** A label has room for 15 bytes. */
    static final int INTERFACE_BYTES_MAX = 11;

    private static final int HOST_PREFIX_BITS = 32;

    private final NetlinkSocket socket;

    /** @param socket of protocol NETLINK_ROUTE; borrowed */
    AddressManager(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Our addresses, on whatever interface, as the kernel has them. */
    List<RtAddress> ours() {
        List<RtAddress> ours = new ArrayList<>();
        for (NlReply reply : socket.dump(RtAddress.dump())) {
            RtAddress.parse(reply)
                    .filter(address -> address.label().endsWith(LABEL_SUFFIX))
                    .ifPresent(ours::add);
        }
        return ours;
    }

    /**
     * Makes our addresses those given: reads the kernel's, sends the differences.
     *
     * @param index of the interface
     * @param interfaceName its name, at most 11 bytes
     * @return how many changes were sent
     */
    int converge(int index, String interfaceName, Set<Inet4Address> wanted) {
        Set<Inet4Address> missing = new HashSet<>(wanted);
        List<NlRequest> requests = new ArrayList<>();
        for (RtAddress present : ours()) {
            if (present.index() != index || !missing.remove(Ipv4.of(present.address()))) {
                requests.add(present.delete());
            }
        }
        for (Inet4Address address : missing) {
            requests.add(
                    new RtAddress(index, Ipv4.toInt(address), HOST_PREFIX_BITS, interfaceName + LABEL_SUFFIX).add());
        }
        int[] errors = socket.submit(requests);
        for (int i = 0; i < errors.length; i++) {
            // EEXIST and EADDRNOTAVAIL: someone else has just done the same.
            if (errors[i] != 0 && errors[i] != Errno.EEXIST && errors[i] != Errno.EADDRNOTAVAIL) {
                throw new SyscallException(
                        requests.get(i).call(), requests.get(i).object(), errors[i]);
            }
        }
        return requests.size();
    }
}
