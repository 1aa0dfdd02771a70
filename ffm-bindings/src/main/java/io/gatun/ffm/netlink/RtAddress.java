package io.gatun.ffm.netlink;

import io.gatun.ffm.socket.Sockets;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * IPv4 addresses of interfaces over rtnetlink(7): struct ifaddrmsg of linux/if_addr.h (u8 family, u8 prefix length, u8
 * flags, u8 scope, u32 interface index) and its attributes.
 *
 * @param index of the interface
 * @param address the first byte of the dotted form is the highest
 * @param prefixBits 0 to 32
 * @param label name of the address on its interface, at most 15 bytes; usually the interface's name
 */
public record RtAddress(int index, int address, int prefixBits, String label) {
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;
    private static final int IFADDRMSG_BYTES = 8;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_HOST = 254;

    /** IFNAMSIZ without the NUL. */
    private static final int LABEL_BYTES_MAX = 15;

    public RtAddress {
        if (label.length() > LABEL_BYTES_MAX) {
            throw new IllegalArgumentException("label " + label + ": at most " + LABEL_BYTES_MAX + " bytes");
        }
    }

    /** Adds it with host scope: the address is valid inside of this host only. EEXIST, ENODEV, EPERM. */
    public NlRequest add() {
        int flags = NlMsgHdr.NLM_F_CREATE | NlMsgHdr.NLM_F_EXCL;
        return new NlRequest("RTM_NEWADDR", toString(), RTM_NEWADDR, flags, message(RT_SCOPE_HOST));
    }

    /** Adds it with global scope, and with it the route to its network. EEXIST, ENODEV, EPERM. */
    public NlRequest addGlobal() {
        int flags = NlMsgHdr.NLM_F_CREATE | NlMsgHdr.NLM_F_EXCL;
        return new NlRequest("RTM_NEWADDR", toString(), RTM_NEWADDR, flags, message(RT_SCOPE_UNIVERSE));
    }

    /** Removes it. EADDRNOTAVAIL, ENODEV, EPERM. */
    public NlRequest delete() {
        return new NlRequest("RTM_DELADDR", toString(), RTM_DELADDR, 0, message(RT_SCOPE_HOST));
    }

    /** Asks for the IPv4 addresses of all interfaces; answers are for {@link #parse}. */
    public static NlRequest dump() {
        NlWriter writer = new NlWriter().u8(Sockets.AF_INET).u8(0).u8(0).u8(0).u32(0);
        return new NlRequest("RTM_GETADDR", "all addresses", RTM_GETADDR, 0, writer);
    }

    /** Reads an RTM_NEWADDR message; empty when it is not about IPv4. */
    public static Optional<RtAddress> parse(NlReply reply) {
        ByteBuffer payload = reply.payload();
        if (payload.get(0) != Sockets.AF_INET) {
            return Optional.empty();
        }
        int address = 0;
        String label = "";
        NlAttributes attributes = new NlAttributes(payload, IFADDRMSG_BYTES);
        while (attributes.next()) {
            switch (attributes.type()) {
                case IFA_LOCAL -> address = attributes.be32();
                case IFA_LABEL -> label = attributes.string();
                default -> {}
            }
        }
        return Optional.of(new RtAddress(payload.getInt(4), address, Byte.toUnsignedInt(payload.get(1)), label));
    }

    private NlWriter message(int scope) {
        return new NlWriter()
                .u8(Sockets.AF_INET)
                .u8(prefixBits)
                .u8(0)
                .u8(scope)
                .u32(index)
                .attrBe32(IFA_LOCAL, address)
                .attrBe32(IFA_ADDRESS, address)
                .attrString(IFA_LABEL, label);
    }

    @Override
    public String toString() {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff)
                + "/" + prefixBits + " label " + label + " on interface " + index;
    }
}
