package io.gatun.ffm.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the payload of a netlink message: fixed fields and attributes (struct nlattr, linux/netlink.h: a u16 length with
 * the header, a u16 type, the value, padding to four bytes). Host byte order unless the name says {@code be}.
 * Not thread-safe.
 */
public final class NlWriter {
    /** Bit of the type that marks an attribute made of attributes. */
    public static final int NLA_F_NESTED = 0x8000;

    /** Length and type of an attribute. */
    public static final int NLA_HDRLEN = 4;

    private static final int NLA_LENGTH_MAX = 0xffff;

    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    /** One byte. */
    public NlWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    /** Two bytes. */
    public NlWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    /** Four bytes. */
    public NlWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    /** Bytes as they are, without padding. */
    public NlWriter raw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    /** Two bytes in network order. */
    public NlWriter be16(int value) {
        return u8(value >>> 8).u8(value);
    }

    /** An attribute of one byte. */
    public NlWriter attrU8(int type, int value) {
        return header(type, 1).u8(value).pad();
    }

    /** An attribute of two bytes. */
    public NlWriter attrU16(int type, int value) {
        return header(type, 2).u16(value).pad();
    }

    /** An attribute of two bytes in network order. */
    public NlWriter attrBe16(int type, int value) {
        return header(type, 2).u8(value >>> 8).u8(value).pad();
    }

    /** An attribute of four bytes. */
    public NlWriter attrU32(int type, int value) {
        return header(type, 4).u32(value);
    }

    /** An attribute of four bytes in network order: an IPv4 address. */
    public NlWriter attrBe32(int type, int value) {
        return header(type, 4).u8(value >>> 24).u8(value >>> 16).u8(value >>> 8).u8(value);
    }

    /** An attribute of bytes as they are. */
    public NlWriter attrBytes(int type, byte[] value) {
        return header(type, value.length).raw(value).pad();
    }

    /**
     * An attribute of text with its terminating NUL.
     *
     * @throws IllegalArgumentException when the text contains one
     */
    public NlWriter attrString(int type, String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("attribute " + type + ": contains NUL");
        }
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return header(type, text.length + 1).raw(text).u8(0).pad();
    }

    /**
     * Opens an attribute of attributes.
     *
     * @return where it starts, for {@link #end}
     */
    public int begin(int type) {
        int start = buffer.position();
        header(type | NLA_F_NESTED, 0);
        return start;
    }

    /** Closes what {@link #begin} opened; innermost first. */
    public NlWriter end(int start) {
        buffer.putShort(start, (short) length(buffer.position() - start));
        return this;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private NlWriter header(int type, int valueBytes) {
        return u16(length(NLA_HDRLEN + valueBytes)).u16(type);
    }

    private static int length(int lengthBytes) {
        if (lengthBytes > NLA_LENGTH_MAX) {
            throw new IllegalArgumentException("attribute of " + lengthBytes + " bytes: at most " + NLA_LENGTH_MAX);
        }
        return lengthBytes;
    }

    private NlWriter pad() {
        while (buffer.position() % NlMsgHdr.NLMSG_ALIGNTO != 0) {
            u8(0);
        }
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
            ByteBuffer larger = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
            buffer = larger.put(buffer.flip());
        }
        return buffer;
    }
}
