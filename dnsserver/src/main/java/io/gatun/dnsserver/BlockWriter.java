package io.gatun.dnsserver;

import org.agrona.BitUtil;
import org.agrona.ExpandableArrayBuffer;

/** Appends to a block that grows; numbers in host order at multiples of four. */
final class BlockWriter {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(4096);
    private int length;

    /** Where the next byte goes, after padding to a multiple of four. */
    int align() {
        length = BitUtil.align(length, Integer.BYTES);
        return length;
    }

    /** Leaves room, filled with zeros. */
    void skip(int bytes) {
        buffer.setMemory(length, bytes, (byte) 0);
        length += bytes;
    }

    BlockWriter putInt(int value) {
        buffer.putInt(length, value);
        length += Integer.BYTES;
        return this;
    }

    BlockWriter putBytes(byte[] bytes) {
        buffer.putBytes(length, bytes);
        length += bytes.length;
        return this;
    }

    /** Changes a number written before. */
    void set(int offset, int value) {
        buffer.putInt(offset, value);
    }

    int get(int offset) {
        return buffer.getInt(offset);
    }

    int length() {
        return length;
    }

    ExpandableArrayBuffer buffer() {
        return buffer;
    }
}
