package io.gatun.master.registry;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * One item as it was written, a {@link Change} in bytes: whatever a later release put into it stays in it, and half a
 * million of them need little more memory than on disk. Equal to others of the same key, so that it can be its own key in
 * a map. Immutable, but for what was found out about it, which any thread may.
 */
final class Item {
    private static final int SNAPSHOT_TAG_BYTES = CodedOutputStream.computeTagSize(RegistrySnapshot.ITEMS_FIELD_NUMBER);

    private final byte[] encoded;
    private final int keyOffset;
    private final int keyLength;
    private final int valueOffset;
    private final int valueLength;
    private final int hash;
    private final int kind;
    private final long sequence;
    private volatile TaskHead taskHead;

    private Item(
            byte[] encoded,
            int kind,
            int keyOffset,
            int keyLength,
            int valueOffset,
            int valueLength,
            int hash,
            long sequence) {
        this.encoded = encoded;
        this.kind = kind;
        this.keyOffset = keyOffset;
        this.keyLength = keyLength;
        this.valueOffset = valueOffset;
        this.valueLength = valueLength;
        this.hash = hash;
        this.sequence = sequence;
    }

    private static int hash(byte[] encoded, int offset, int length) {
        int h = 1;
        for (int i = offset; i < offset + length; i++) {
            h = 31 * h + encoded[i];
        }
        return h;
    }

    /**
     * Finds kind, key and value.
     *
     * @param encoded not copied
     * @param sequence orders items of a kind by when they came
     * @throws InvalidProtocolBufferException when it is no {@link Change}, or one without kind or key
     */
    static Item parse(byte[] encoded, long sequence) throws InvalidProtocolBufferException {
        try {
            return find(encoded, sequence);
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }

    private static Item find(byte[] encoded, long sequence) throws IOException {
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
            throw new InvalidProtocolBufferException("a change of kind " + kind + ": a kind is 1 to "
                    + (Kind.MAX_NUMBER - 1) + ", and there must be a key");
        }
        return new Item(
                encoded,
                kind,
                keyOffset,
                keyLength,
                valueOffset,
                valueLength,
                hash(encoded, keyOffset, keyLength),
                sequence);
    }

    /** Something to find others by. */
    static Item probe(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return new Item(bytes, 0, 0, bytes.length, -1, 0, hash(bytes, 0, bytes.length), 0);
    }

    /** The same with another place in the order. */
    Item withSequence(long other) {
        return new Item(encoded, kind, keyOffset, keyLength, valueOffset, valueLength, hash, other);
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

    /**
     * The value.
     *
     * @throws RegistryException when it cannot be decoded
     */
    <T> T decode(Kind expected, Parser<T> parser) {
        try {
            return parser.parseFrom(encoded, valueOffset, valueLength);
        } catch (InvalidProtocolBufferException e) {
            throw new RegistryException(
                    "registry: " + expected + " '" + key() + "' cannot be decoded: " + e.getMessage(), e);
        }
    }

    /** The value, to be read field by field. */
    CodedInputStream value() {
        return CodedInputStream.newInstance(encoded, valueOffset, valueLength);
    }

    /**
     * Of a {@link Kind#TASK}; read once.
     *
     * @param names gives ids that many tasks have, once each
     * @throws RegistryException when it is no such record
     */
    TaskHead taskHead(UnaryOperator<String> names) {
        TaskHead known = taskHead;
        if (known == null) {
            try {
                known = TaskHead.read(value(), names);
            } catch (IOException | NullPointerException e) {
                throw new RegistryException("registry: " + Kind.TASK + " '" + key() + "': " + e.getMessage(), e);
            }
            taskHead = known;
        }
        return known;
    }

    /** Does what a term would have to do when it begins; what cannot be read is left to it. */
    void prepare(UnaryOperator<String> names) {
        if (kind == Kind.TASK.number() && hasValue()) {
            try {
                taskHead(names);
            } catch (RegistryException e) {
                // The term that needs it will say so.
            }
        }
    }

    /** How many bytes it takes in a snapshot: field number, length, and itself. */
    int bytesInSnapshot() {
        return SNAPSHOT_TAG_BYTES + CodedOutputStream.computeByteArraySizeNoTag(encoded);
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
