package io.gatun.ffm.netlink;

import java.util.OptionalInt;

/** Bridges and their ports over rtnetlink(7): linux/if_link.h, linux/if_bridge.h. */
public final class RtBridge {
    private static final String KIND = "bridge";
    private static final int IFLA_INFO_SLAVE_KIND = 4;
    private static final int IFLA_INFO_SLAVE_DATA = 5;
    private static final int IFLA_BRPORT_MODE = 4;

    private RtBridge() {}

    /**
     * Creates a bridge, up.
     *
     * @param mac six bytes; a bridge without an address of its own takes its ports' lowest, and changes it with them
     * @param mtuBytes empty for the kernel's default, 1500. EEXIST; EOPNOTSUPP where the kernel has no bridges; EPERM
     */
    public static NlRequest create(String name, byte[] mac, OptionalInt mtuBytes) {
        NlWriter writer = RtLink.ifinfomsg(0, RtLink.IFF_UP, RtLink.IFF_UP)
                .attrString(RtLink.IFLA_IFNAME, name)
                .attrBytes(RtLink.IFLA_ADDRESS, mac);
        mtuBytes.ifPresent(mtu -> writer.attrU32(RtLink.IFLA_MTU, mtu));
        int info = writer.begin(RtLink.IFLA_LINKINFO);
        writer.attrString(RtLink.IFLA_INFO_KIND, KIND).end(info);
        return RtLink.creation(name + " (" + KIND + ")", writer);
    }

    /**
     * Lets a port send back what came in by it: with net.bridge.bridge-nf-call-iptables the kernel translates addresses
     * while it bridges, so a container that calls itself by a host port is reached through the port it called from.
     */
    public static NlRequest hairpin(String port) {
        NlWriter writer = RtLink.ifinfomsg(0, 0, 0).attrString(RtLink.IFLA_IFNAME, port);
        int info = writer.begin(RtLink.IFLA_LINKINFO);
        writer.attrString(IFLA_INFO_SLAVE_KIND, KIND);
        int data = writer.begin(IFLA_INFO_SLAVE_DATA);
        writer.attrU8(IFLA_BRPORT_MODE, 1).end(data).end(info);
        return RtLink.change(port + " hairpin", writer);
    }
}
