package io.gatun.ffm.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Walks the attributes (struct nlattr) of a message: {@link #next}, then {@link #type} and one of the value methods.
 * Unknown attributes are skipped by not asking for them. Not thread-safe.
 */
public final class NlAttributes {
    private static final int TYPE_MASK = 0x3fff;

    private final ByteBuffer buffer;
    private int nextOffset;
    private int valueOffset;
    private int valueBytes;
    private int type;

    /** @param payload of a message, in host order; attributes start at {@code offset} from its position */
    public NlAttributes(ByteBuffer payload, int offset) {
        this.buffer = payload.slice().order(ByteOrder.nativeOrder());
        this.nextOffset = offset;
    }

    /**
     * Moves to the next attribute.
     *
     * @return false at the end
     * @throws NetlinkFormatException when a length points outside of the message
     */
    public boolean next() {
        if (nextOffset + NlWriter.NLA_HDRLEN > buffer.limit()) {
            return false;
        }
        int length = Short.toUnsignedInt(buffer.getShort(nextOffset));
        if (length < NlWriter.NLA_HDRLEN || nextOffset + length > buffer.limit()) {
            throw new NetlinkFormatException("attribute at " + nextOffset + " has length " + length + " of "
                    + (buffer.limit() - nextOffset) + " bytes left");
        }
        type = Short.toUnsignedInt(buffer.getShort(nextOffset + 2)) & TYPE_MASK;
        valueOffset = nextOffset + NlWriter.NLA_HDRLEN;
        valueBytes = length - NlWriter.NLA_HDRLEN;
        nextOffset += NlMsgHdr.align(length);
        return true;
    }

    /** The attribute's type, without the flags in its two highest bits. */
    public int type() {
        return type;
    }

    /** Length of the value in bytes. */
    public int length() {
        return valueBytes;
    }

    public int u8() {
        require(1);
        return Byte.toUnsignedInt(buffer.get(valueOffset));
    }

    public int u16() {
        require(2);
        return Short.toUnsignedInt(buffer.getShort(valueOffset));
    }

    /** Two bytes in network order. */
    public int be16() {
        require(2);
        return Byte.toUnsignedInt(buffer.get(valueOffset)) << 8 | Byte.toUnsignedInt(buffer.get(valueOffset + 1));
    }

    public int u32() {
        require(4);
        return buffer.getInt(valueOffset);
    }

    /** Four bytes in network order: an IPv4 address. A longer value (IPVS pads to 16) is cut. */
    public int be32() {
        require(4);
        int number = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            number = number << 8 | Byte.toUnsignedInt(buffer.get(valueOffset + i));
        }
        return number;
    }

    /** Text up to its NUL, or to the end. */
    public String string() {
        byte[] bytes = bytes();
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    /** A copy of the value. */
    public byte[] bytes() {
        byte[] bytes = new byte[valueBytes];
        buffer.get(valueOffset, bytes);
        return bytes;
    }

    /** The attributes inside of this one. */
    public NlAttributes nested() {
        return new NlAttributes(buffer.slice(valueOffset, valueBytes), 0);
    }

    private void require(int bytes) {
        if (valueBytes < bytes) {
            throw new NetlinkFormatException("attribute " + type + " has " + valueBytes + " bytes, expected " + bytes);
        }
    }
}
