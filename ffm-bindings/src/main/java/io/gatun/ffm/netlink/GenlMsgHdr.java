package io.gatun.ffm.netlink;

/** struct genlmsghdr, linux/genetlink.h: u8 command, u8 version, u16 reserved; follows the nlmsghdr. */
public final class GenlMsgHdr {
    public static final int SIZE_BYTES = 4;

    private GenlMsgHdr() {}

    /** A writer that begins with this header. */
    public static NlWriter writer(int command, int version) {
        return new NlWriter().u8(command).u8(version).u16(0);
    }
}
