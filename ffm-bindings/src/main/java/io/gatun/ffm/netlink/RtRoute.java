package io.gatun.ffm.netlink;

import io.gatun.ffm.socket.Sockets;

/**
 * IPv4 routes over rtnetlink(7): struct rtmsg of linux/rtnetlink.h (u8 family, destination bits, source bits, TOS, table,
 * protocol, scope, type; u32 flags) and its attributes.
 */
public final class RtRoute {
    private static final int RTM_NEWROUTE = 24;
    private static final int RT_TABLE_MAIN = 254;
    /** Who made it, as {@code ip route} shows: an administrator, or a program in the role of one. */
    private static final int RTPROT_STATIC = 4;

    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RTN_UNICAST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;

    private RtRoute() {}

    /** Adds a default route. EEXIST; ENETUNREACH when the gateway is on no network of the interface; ENODEV; EPERM. */
    public static NlRequest addDefault(int gateway, int interfaceIndex) {
        NlWriter writer = new NlWriter()
                .u8(Sockets.AF_INET)
                .u8(0)
                .u8(0)
                .u8(0)
                .u8(RT_TABLE_MAIN)
                .u8(RTPROT_STATIC)
                .u8(RT_SCOPE_UNIVERSE)
                .u8(RTN_UNICAST)
                .u32(0)
                .attrBe32(RTA_GATEWAY, gateway)
                .attrU32(RTA_OIF, interfaceIndex);
        return new NlRequest(
                "RTM_NEWROUTE",
                "default on interface " + interfaceIndex,
                RTM_NEWROUTE,
                NlMsgHdr.NLM_F_CREATE | NlMsgHdr.NLM_F_EXCL,
                writer);
    }
}
