package io.gatun.master.registry;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/** Reads a {@link RegistrySnapshot} item by item, without making a message of each. */
final class SnapshotReader {
    /** Takes an encoded {@link Change}. */
    interface Items {
        void item(byte[] encoded) throws IOException;
    }

    private SnapshotReader() {}

    /** Returns what a later release has written beside the items. */
    static UnknownFieldSet read(byte[] encoded, Items items) {
        CodedInputStream in = CodedInputStream.newInstance(encoded);
        UnknownFieldSet.Builder unknown = UnknownFieldSet.newBuilder();
        int version = 0;
        boolean readable = false;
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case RegistrySnapshot.VERSION_FIELD_NUMBER -> version = in.readUInt32();
                    case RegistrySnapshot.MIN_READER_VERSION_FIELD_NUMBER -> {
                        RegistryState.requireReadable(version, in.readUInt32());
                        readable = true;
                    }
                    case RegistrySnapshot.ITEMS_FIELD_NUMBER -> {
                        if (!readable) {
                            throw new IOException("items before the version");
                        }
                        items.item(in.readByteArray());
                    }
                    default -> unknown.mergeFieldFrom(tag, in);
                }
            }
        } catch (IOException e) {
            throw new RegistryException(
                    "snapshot of " + encoded.length + " bytes, at byte " + in.getTotalBytesRead() + ": is no registry: "
                            + e.getMessage(),
                    e);
        }
        if (!readable) {
            throw new RegistryException("snapshot of " + encoded.length + " bytes is no registry: it has no version");
        }
        return unknown.build();
    }
}
