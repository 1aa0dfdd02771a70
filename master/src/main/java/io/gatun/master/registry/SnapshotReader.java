package io.gatun.master.registry;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;

/** Reads a {@link RegistrySnapshot} item by item, without making a message of each, and never holds all of it. */
final class SnapshotReader {
    private static final int BUFFER_BYTES = 1 << 18;

    /** Takes an encoded {@link Change}. */
    interface Items {
        void item(byte[] encoded) throws InvalidProtocolBufferException;
    }

    private final CodedInputStream in;
    private final Items items;
    private final UnknownFieldSet.Builder unknown = UnknownFieldSet.newBuilder();
    private long before;
    private int version;
    private boolean readable;

    private SnapshotReader(InputStream encoded, Items items) {
        this.in = CodedInputStream.newInstance(encoded, BUFFER_BYTES);
        this.items = items;
    }

    /**
     * Returns what a later release has written beside the items. Nothing at all is an empty registry.
     *
     * @throws RegistryException when it is no registry
     * @throws IOException when reading fails
     */
    static UnknownFieldSet read(InputStream encoded, Items items) throws IOException {
        SnapshotReader reader = new SnapshotReader(encoded, items);
        try {
            reader.read();
        } catch (InvalidProtocolBufferException e) {
            throw new RegistryException(
                    "snapshot, at byte " + reader.position() + ": is no registry: " + e.getMessage(), e);
        }
        if (!reader.readable && reader.position() > 0) {
            throw new RegistryException(
                    "snapshot of " + reader.position() + " bytes is no registry: it has no version");
        }
        return reader.unknown.build();
    }

    private long position() {
        return before + in.getTotalBytesRead();
    }

    private void read() throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case RegistrySnapshot.VERSION_FIELD_NUMBER -> version = in.readUInt32();
                case RegistrySnapshot.MIN_READER_VERSION_FIELD_NUMBER -> {
                    RegistryState.requireReadable(version, in.readUInt32());
                    readable = true;
                }
                case RegistrySnapshot.ITEMS_FIELD_NUMBER -> {
                    if (!readable) {
                        throw new InvalidProtocolBufferException("items before the version");
                    }
                    items.item(in.readByteArray());
                }
                default -> unknown.mergeFieldFrom(tag, in);
            }
            // It counts in 32 bits.
            before += in.getTotalBytesRead();
            in.resetSizeCounter();
        }
    }
}
