package io.gatun.master.registry;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the changes of a {@link RegistryRecord} as they are kept, without making messages of them in between. */
final class RecordReader {
    private RecordReader() {}

    /**
     * What a record changes.
     *
     * @param sequence of the first change
     * @return null when it is a record of another sort, to be parsed as a whole
     * @throws InvalidProtocolBufferException when it is no record
     * @throws RegistryException when this release may not read it
     */
    static List<Item> items(byte[] array, int offset, int length, long sequence) throws InvalidProtocolBufferException {
        try {
            return read(CodedInputStream.newInstance(array, offset, length), sequence);
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }

    private static List<Item> read(CodedInputStream in, long sequence) throws IOException {
        int version = 0;
        int minReaderVersion = 0;
        List<Item> items = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case RegistryRecord.VERSION_FIELD_NUMBER -> version = in.readUInt32();
                case RegistryRecord.MIN_READER_VERSION_FIELD_NUMBER -> minReaderVersion = in.readUInt32();
                case RegistryRecord.CHANGES_FIELD_NUMBER -> {
                    if (isOfAnotherSort(version, minReaderVersion)) {
                        return null;
                    }
                    RegistryState.requireReadable(version, minReaderVersion);
                    items.add(Item.parse(in.readByteArray(), sequence + items.size()));
                }
                default -> {
                    return null;
                }
            }
        }
        return items.isEmpty() ? null : items;
    }

    /** Or of a writer that does not put its versions first. */
    private static boolean isOfAnotherSort(int version, int minReaderVersion) {
        return version == 0 || version == Version1.VERSION || minReaderVersion == 0;
    }
}
