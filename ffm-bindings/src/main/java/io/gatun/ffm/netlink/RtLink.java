package io.gatun.ffm.netlink;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Network interfaces over rtnetlink(7): struct ifinfomsg of linux/rtnetlink.h (u8 family, u8 pad, u16 type, s32 index,
 * u32 flags, u32 change mask) and its attributes of linux/if_link.h.
 *
 * @param index the kernel's number for it, 1 or more
 * @param name such as {@code lo}
 * @param flags IFF_ flags, netdevice(7)
 * @param kind such as {@code dummy}; empty for hardware and for lo
 */
public record RtLink(int index, String name, int flags, Optional<String> kind) {
    /** Interface is up, netdevice(7). */
    public static final int IFF_UP = 1;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;

    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFINFOMSG_BYTES = 16;

    /** Creates an interface of a kind, down. EEXIST; EOPNOTSUPP where the kernel has no such kind; EPERM. */
    public static NlRequest create(String name, String kind) {
        NlWriter writer = ifinfomsg(0, 0, 0).attrString(IFLA_IFNAME, name);
        int info = writer.begin(IFLA_LINKINFO);
        writer.attrString(IFLA_INFO_KIND, kind).end(info);
        int flags = NlMsgHdr.NLM_F_CREATE | NlMsgHdr.NLM_F_EXCL;
        return new NlRequest("RTM_NEWLINK", name + " (" + kind + ")", RTM_NEWLINK, flags, writer);
    }

    /** Takes an interface up. ENODEV, EPERM. */
    public static NlRequest up(int index, String name) {
        return new NlRequest("RTM_NEWLINK", name + " up", RTM_NEWLINK, 0, ifinfomsg(index, IFF_UP, IFF_UP));
    }

    /** Removes an interface and its addresses. ENODEV, EOPNOTSUPP (not removable), EPERM. */
    public static NlRequest delete(int index, String name) {
        return new NlRequest("RTM_DELLINK", name, RTM_DELLINK, 0, ifinfomsg(index, 0, 0));
    }

    /** Asks for all interfaces; answers are for {@link #parse}. */
    public static NlRequest dump() {
        return new NlRequest("RTM_GETLINK", "all links", RTM_GETLINK, 0, ifinfomsg(0, 0, 0));
    }

    /** Reads an RTM_NEWLINK message. */
    public static RtLink parse(NlReply reply) {
        ByteBuffer payload = reply.payload();
        String name = "";
        Optional<String> kind = Optional.empty();
        NlAttributes attributes = new NlAttributes(payload, IFINFOMSG_BYTES);
        while (attributes.next()) {
            if (attributes.type() == IFLA_IFNAME) {
                name = attributes.string();
            } else if (attributes.type() == IFLA_LINKINFO) {
                kind = kind(attributes.nested());
            }
        }
        return new RtLink(payload.getInt(4), name, payload.getInt(8), kind);
    }

    private static Optional<String> kind(NlAttributes info) {
        while (info.next()) {
            if (info.type() == IFLA_INFO_KIND) {
                return Optional.of(info.string());
            }
        }
        return Optional.empty();
    }

    private static NlWriter ifinfomsg(int index, int flags, int change) {
        return new NlWriter().u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change);
    }
}
