package io.gatun.ffm.netlink;

import java.nio.ByteBuffer;

/** One request to the kernel; immutable. It asks for an acknowledgement unless {@link #unacknowledged}. */
public final class NlRequest {
    private final String call;
    private final String object;
    private final int type;
    private final int flags;
    private final byte[] payload;
    private final boolean acknowledged;

    /**
     * @param call what errors call it: the name of the command, such as {@code IPVS_CMD_NEW_SERVICE}
     * @param object what it is about, such as {@code tcp 11.0.0.37:80}
     * @param type message type: an RTM_ number, or the family's number for generic netlink
     * @param flags NLM_F_ flags besides REQUEST, ACK and DUMP, which the socket adds
     * @param payload what follows the header
     */
    public NlRequest(String call, String object, int type, int flags, NlWriter payload) {
        this(call, object, type, flags, payload.toByteArray(), true);
    }

    private NlRequest(String call, String object, int type, int flags, byte[] payload, boolean acknowledged) {
        this.call = call;
        this.object = object;
        this.type = type;
        this.flags = flags;
        this.payload = payload;
        this.acknowledged = acknowledged;
    }

    /** The same without an acknowledgement: the kernel answers it only with an error. */
    public NlRequest unacknowledged() {
        return new NlRequest(call, object, type, flags, payload, false);
    }

    /** Whether the kernel is asked to acknowledge it. */
    public boolean isAcknowledged() {
        return acknowledged;
    }

    /** The command's name. */
    public String call() {
        return call;
    }

    /** What it is about. */
    public String object() {
        return object;
    }

    /** Length in bytes with header and padding. */
    public int encodedBytes() {
        return NlMsgHdr.align(NlMsgHdr.SIZE_BYTES + payload.length);
    }

    /**
     * Writes the message at the buffer's position, which must be a multiple of four.
     *
     * @param into in host byte order
     * @param moreFlags ORed to the request's own
     */
    public void encode(ByteBuffer into, int moreFlags, int sequence, int portId) {
        into.putInt(NlMsgHdr.SIZE_BYTES + payload.length)
                .putShort((short) type)
                .putShort((short) (flags | moreFlags))
                .putInt(sequence)
                .putInt(portId)
                .put(payload);
        while (into.position() % NlMsgHdr.NLMSG_ALIGNTO != 0) {
            into.put((byte) 0);
        }
    }
}
