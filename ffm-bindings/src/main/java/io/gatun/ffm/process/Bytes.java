package io.gatun.ffm.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow, 8-aligned piece by piece: pointers and longs among them stay aligned. */
final class Bytes {
    private byte[] all;
    private int length;

    Bytes(byte[] first, int expected) {
        all = Arrays.copyOf(first, Math.max(first.length, expected));
        length = first.length;
    }

    static int aligned(int bytes) {
        return (bytes + Long.BYTES - 1) & -Long.BYTES;
    }

    /** Room for a piece, zeros, and where it is. */
    int reserve(int bytes) {
        int at = length;
        length = at + aligned(bytes);
        if (length > all.length) {
            all = Arrays.copyOf(all, Math.max(2 * all.length, length));
        }
        return at;
    }

    /** A piece, with so many zeros after it, and where it is. */
    int add(byte[] piece, int zeros) {
        int at = reserve(piece.length + zeros);
        System.arraycopy(piece, 0, all, at, piece.length);
        return at;
    }

    void word(int at, long word) {
        little().putLong(at, word);
    }

    void number(int at, int number) {
        little().putInt(at, number);
    }

    /** Resolved anew each time, since the array is replaced when it grows. */
    private ByteBuffer little() {
        return ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    }

    byte[] bytes() {
        return all.length == length ? all : Arrays.copyOf(all, length);
    }
}
