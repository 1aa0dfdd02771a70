package io.gatun.ffm.netlink;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Network interfaces over rtnetlink(7): struct ifinfomsg of linux/rtnetlink.h (u8 family, u8 pad, u16 type, s32 index,
 * u32 flags, u32 change mask) and its attributes of linux/if_link.h.
 *
 * @param index the kernel's number for it, 1 or more
 * @param name such as {@code lo}
 * @param flags IFF_ flags, netdevice(7)
 * @param kind such as {@code dummy}; empty for hardware and for lo
 * @param master index of the bridge or bond that it is a port of; 0 for none
 * @param alias a text for people, that {@code ip link} shows; may be empty
 * @param mac hardware address, such as {@code 02:67:ac:1d:00:02}; empty when it has none
 */
public record RtLink(int index, String name, int flags, Optional<String> kind, int master, String alias, String mac) {
    /** Interface is up, netdevice(7). */
    public static final int IFF_UP = 1;

    /** The loopback device's number in every network namespace, LOOPBACK_IFINDEX of net/net_namespace.h. */
    public static final int LOOPBACK_INDEX = 1;

    /** Longest name in bytes, IFNAMSIZ without the NUL. */
    public static final int NAME_BYTES_MAX = 15;

    /** Longest alias in bytes, IFALIASZ without the NUL. */
    public static final int ALIAS_BYTES_MAX = 255;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_MASTER = 10;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_INFO_KIND = 1;
    static final int IFLA_INFO_DATA = 2;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;

    private static final int IFLA_IFALIAS = 20;
    private static final int IFINFOMSG_BYTES = 16;

    /** Creates an interface of a kind, down. EEXIST; EOPNOTSUPP where the kernel has no such kind; EPERM. */
    public static NlRequest create(String name, String kind) {
        NlWriter writer = ifinfomsg(0, 0, 0).attrString(IFLA_IFNAME, name);
        int info = writer.begin(IFLA_LINKINFO);
        writer.attrString(IFLA_INFO_KIND, kind).end(info);
        return creation(name + " (" + kind + ")", writer);
    }

    /** Takes an interface up. ENODEV, EPERM. */
    public static NlRequest up(int index, String name) {
        return change(name + " up", ifinfomsg(index, IFF_UP, IFF_UP));
    }

    /** Gives an interface a text for people: at most 255 bytes, or ERANGE. ENODEV, EPERM. */
    public static NlRequest alias(String name, String alias) {
        NlWriter writer = ifinfomsg(0, 0, 0).attrString(IFLA_IFNAME, name).attrString(IFLA_IFALIAS, alias);
        return change(name + " alias", writer);
    }

    /** Removes an interface and its addresses. ENODEV, EOPNOTSUPP (not removable), EPERM. */
    public static NlRequest delete(int index, String name) {
        return new NlRequest("RTM_DELLINK", name, RTM_DELLINK, 0, ifinfomsg(index, 0, 0));
    }

    /** Removes an interface by its name. ENODEV, EOPNOTSUPP (not removable), EPERM. */
    public static NlRequest delete(String name) {
        NlWriter writer = ifinfomsg(0, 0, 0).attrString(IFLA_IFNAME, name);
        return new NlRequest("RTM_DELLINK", name, RTM_DELLINK, 0, writer);
    }

    /** Asks for one interface by its name; the answer is for {@link #parse}. ENODEV. */
    public static NlRequest get(String name) {
        NlWriter writer = ifinfomsg(0, 0, 0).attrString(IFLA_IFNAME, name);
        return new NlRequest("RTM_GETLINK", name, RTM_GETLINK, 0, writer);
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
        int master = 0;
        String alias = "";
        String mac = "";
        NlAttributes attributes = new NlAttributes(payload, IFINFOMSG_BYTES);
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFLA_IFNAME -> name = attributes.string();
                case IFLA_LINKINFO -> kind = kind(attributes.nested());
                case IFLA_MASTER -> master = attributes.u32();
                case IFLA_IFALIAS -> alias = attributes.string();
                case IFLA_ADDRESS -> mac = mac(attributes.bytes());
                default -> {}
            }
        }
        return new RtLink(payload.getInt(4), name, payload.getInt(8), kind, master, alias, mac);
    }

    /** A hardware address as text. */
    public static String mac(byte[] address) {
        return HexFormat.ofDelimiter(":").formatHex(address);
    }

    private static Optional<String> kind(NlAttributes info) {
        while (info.next()) {
            if (info.type() == IFLA_INFO_KIND) {
                return Optional.of(info.string());
            }
        }
        return Optional.empty();
    }

    static NlRequest creation(String object, NlWriter writer) {
        return new NlRequest("RTM_NEWLINK", object, RTM_NEWLINK, NlMsgHdr.NLM_F_CREATE | NlMsgHdr.NLM_F_EXCL, writer);
    }

    static NlRequest change(String object, NlWriter writer) {
        return new NlRequest("RTM_NEWLINK", object, RTM_NEWLINK, 0, writer);
    }

    static NlWriter ifinfomsg(int index, int flags, int change) {
        return new NlWriter().u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change);
    }
}
