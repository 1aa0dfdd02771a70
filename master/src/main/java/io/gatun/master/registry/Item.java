package io.gatun.master.registry;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One item as it was written, a {@link Change} in bytes: whatever a later release put into it stays in it, and half a
 * million of them need little more memory than on disk. Equal to others of the same key, so that it can be its own key in
 * a map. Immutable.
 */
final class Item {
    private final byte[] encoded;
    private final int keyOffset;
    private final int keyLength;
    private final int valueOffset;
    private final int valueLength;
    private final int hash;
    private final int kind;
    private final long sequence;

    private Item(byte[] encoded, int kind, int keyOffset, int keyLength, int valueOffset, int valueLength, long seq) {
        this.encoded = encoded;
        this.kind = kind;
        this.keyOffset = keyOffset;
        this.keyLength = keyLength;
        this.valueOffset = valueOffset;
        this.valueLength = valueLength;
        this.sequence = seq;
        int h = 1;
        for (int i = keyOffset; i < keyOffset + keyLength; i++) {
            h = 31 * h + encoded[i];
        }
        this.hash = h ^ h >>> 16;
    }

    /**
     * Finds kind, key and value.
     *
     * @param encoded not copied
     * @param sequence orders items of a kind by when they came
     * @throws IOException when it is no {@link Change}, or one without kind or key
     */
    static Item parse(byte[] encoded, long sequence) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(encoded);
        int kind = -1;
        int keyOffset = -1;
        int keyLength = 0;
        int valueOffset = -1;
        int valueLength = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case Change.KIND_FIELD_NUMBER -> kind = in.readUInt32();
                case Change.KEY_FIELD_NUMBER -> {
                    keyLength = in.readRawVarint32();
                    keyOffset = in.getTotalBytesRead();
                    in.skipRawBytes(keyLength);
                }
                case Change.VALUE_FIELD_NUMBER -> {
                    valueLength = in.readRawVarint32();
                    valueOffset = in.getTotalBytesRead();
                    in.skipRawBytes(valueLength);
                }
                default -> in.skipField(tag);
            }
        }
        if (kind <= 0 || kind >= Kind.MAX_NUMBER || keyOffset < 0) {
            throw new IOException("a change of kind " + kind + ": a kind is 1 to " + (Kind.MAX_NUMBER - 1)
                    + ", and there must be a key");
        }
        return new Item(encoded, kind, keyOffset, keyLength, valueOffset, valueLength, sequence);
    }

    /** Something to find others by. */
    static Item probe(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return new Item(bytes, 0, 0, bytes.length, -1, 0, 0);
    }

    /** The same with another place in the order. */
    Item withSequence(long other) {
        return new Item(encoded, kind, keyOffset, keyLength, valueOffset, valueLength, other);
    }

    int kind() {
        return kind;
    }

    long sequence() {
        return sequence;
    }

    /** Whether something is set, not removed. */
    boolean hasValue() {
        return valueOffset >= 0;
    }

    String key() {
        return new String(encoded, keyOffset, keyLength, StandardCharsets.UTF_8);
    }

    /** Not a copy. */
    ByteString value() {
        return UnsafeByteOperations.unsafeWrap(encoded).substring(valueOffset, valueOffset + valueLength);
    }

    /** A {@link Change}; not a copy. */
    byte[] encoded() {
        return encoded;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Item item
                && hash == item.hash
                && Arrays.equals(
                        encoded,
                        keyOffset,
                        keyOffset + keyLength,
                        item.encoded,
                        item.keyOffset,
                        item.keyOffset + item.keyLength);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
