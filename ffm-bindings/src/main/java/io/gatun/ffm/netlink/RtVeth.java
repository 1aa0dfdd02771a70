package io.gatun.ffm.netlink;

import java.util.OptionalInt;

/**
 * A pair of interfaces, veth(4): one end here, as a port of a bridge, the other in another network namespace. One message
 * makes both, in their places, this one up. The other cannot be taken up by it (veth_open: ENOTCONN before they are tied).
 *
 * @param name of the end here, at most 15 bytes
 * @param master index of the bridge
 * @param peerName of the other end
 * @param peerNamespace descriptor of the other end's network namespace; borrowed
 * @param peerMac six bytes
 * @param mtuBytes of both ends; empty for the kernel's default, 1500
 */
@SuppressWarnings("ArrayRecordComponent") // encoded once, never compared
public record RtVeth(
        String name, int master, String peerName, int peerNamespace, byte[] peerMac, OptionalInt mtuBytes) {
    private static final String KIND = "veth";
    private static final int IFLA_NET_NS_FD = 28;
    /** linux/veth.h: a struct ifinfomsg and attributes, for the other end. */
    private static final int VETH_INFO_PEER = 1;

    /** Makes the pair. EEXIST when one of the names is taken; EOPNOTSUPP where the kernel has no veth; EPERM. */
    public NlRequest create() {
        NlWriter writer = RtLink.ifinfomsg(0, RtLink.IFF_UP, RtLink.IFF_UP).attrString(RtLink.IFLA_IFNAME, name);
        mtuBytes.ifPresent(mtu -> writer.attrU32(RtLink.IFLA_MTU, mtu));
        writer.attrU32(RtLink.IFLA_MASTER, master);
        int info = writer.begin(RtLink.IFLA_LINKINFO);
        writer.attrString(RtLink.IFLA_INFO_KIND, KIND);
        int data = writer.begin(RtLink.IFLA_INFO_DATA);
        int peer = writer.begin(VETH_INFO_PEER);
        writer.u8(0).u8(0).u16(0).u32(0).u32(0).u32(0);
        writer.attrString(RtLink.IFLA_IFNAME, peerName)
                .attrBytes(RtLink.IFLA_ADDRESS, peerMac)
                .attrU32(IFLA_NET_NS_FD, peerNamespace);
        mtuBytes.ifPresent(mtu -> writer.attrU32(RtLink.IFLA_MTU, mtu));
        writer.end(peer).end(data).end(info);
        return RtLink.creation(name + " (" + KIND + ", peer " + peerName + ")", writer);
    }
}
