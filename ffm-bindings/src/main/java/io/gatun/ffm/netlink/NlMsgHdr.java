package io.gatun.ffm.netlink;

/**
 * struct nlmsghdr, linux/netlink.h; host byte order, netlink(7).
 *
 * <pre>
 *  0               16              31
 *  +-------------------------------+
 *  |   length, with this header    |
 *  +---------------+---------------+
 *  |     type      |     flags     |
 *  +---------------+---------------+
 *  |       sequence number         |
 *  +-------------------------------+
 *  |           port id             |
 *  +-------------------------------+
 * </pre>
 */
public final class NlMsgHdr {
    public static final int LENGTH_OFFSET = 0;
    public static final int TYPE_OFFSET = 4;
    public static final int FLAGS_OFFSET = 6;
    public static final int SEQUENCE_OFFSET = 8;
    public static final int PORT_ID_OFFSET = 12;
    public static final int SIZE_BYTES = 16;

    /** Messages start at multiples of this. */
    public static final int NLMSG_ALIGNTO = 4;

    /** An acknowledgement (error 0) or an error: an int, then the header of the request. */
    public static final int NLMSG_ERROR = 2;

    /** End of a dump; an int, 0 or a negative errno, follows. */
    public static final int NLMSG_DONE = 3;

    /** The kernel lost messages. */
    public static final int NLMSG_OVERRUN = 4;

    /** Must be set on requests. */
    public static final int NLM_F_REQUEST = 0x1;

    /** Part of a dump, ended by {@link #NLMSG_DONE}. */
    public static final int NLM_F_MULTI = 0x2;

    /** Ask for an acknowledgement. */
    public static final int NLM_F_ACK = 0x4;

    /** The dumped table changed meanwhile: the answer may be inconsistent and is to be asked for again. */
    public static final int NLM_F_DUMP_INTR = 0x10;

    /** NEW requests: replace what exists. */
    public static final int NLM_F_REPLACE = 0x100;

    /** NEW requests: fail with EEXIST when it exists. */
    public static final int NLM_F_EXCL = 0x200;

    /** NEW requests: create when it does not exist. */
    public static final int NLM_F_CREATE = 0x400;

    /** NEW requests: add at the end of a list. */
    public static final int NLM_F_APPEND = 0x800;

    /** GET requests: all entries (NLM_F_ROOT | NLM_F_MATCH). */
    public static final int NLM_F_DUMP = 0x300;

    private NlMsgHdr() {}

    /** NLMSG_ALIGN and NLA_ALIGN: the next multiple of four. */
    public static int align(int lengthBytes) {
        return (lengthBytes + NLMSG_ALIGNTO - 1) & -NLMSG_ALIGNTO;
    }
}
