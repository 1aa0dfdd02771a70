package io.gatun.master.registry;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/**
 * The bytes of a {@link RegistrySnapshot}, made while they are read: the items are in memory already, and once more as one
 * array they would be as much again, of the kind that collectors can only move at once. Immutable, for any thread.
 */
final class EncodedView implements Snapshot.State {
    private final byte[] header;
    private final List<List<Item>> tables;
    private final long length;

    /**
     * Of items in their order.
     *
     * @param header what comes before the items
     * @param length of all of it in bytes
     */
    EncodedView(byte[] header, List<List<Item>> tables, long length) {
        this.header = header;
        this.tables = tables;
        this.length = length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public InputStream open() {
        return new Encoding(header, tables.stream().flatMap(List::stream).iterator());
    }

    /** Item by item: field number and length, then the item as it is. One thread. */
    private static final class Encoding extends InputStream {
        private static final int PREFIX_MAX_BYTES = 16;

        private final Iterator<Item> items;
        private final byte[] prefix = new byte[PREFIX_MAX_BYTES];
        private byte[] part;
        private int at;
        private int end;
        private byte[] next;

        Encoding(byte[] header, Iterator<Item> items) {
            this.items = items;
            this.part = header;
            this.end = header.length;
        }

        /** Has a byte at least; false at the end. */
        private boolean fill() {
            while (at == end) {
                at = 0;
                if (next != null) {
                    part = next;
                    end = next.length;
                    next = null;
                } else if (items.hasNext()) {
                    next = items.next().encoded();
                    part = prefix;
                    end = prefix(next.length);
                } else {
                    end = 0;
                    return false;
                }
            }
            return true;
        }

        private int prefix(int itemLength) {
            CodedOutputStream out = CodedOutputStream.newInstance(prefix);
            try {
                out.writeTag(RegistrySnapshot.ITEMS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(itemLength);
            } catch (IOException e) {
                throw new UncheckedIOException("in memory", e);
            }
            return out.getTotalBytesWritten();
        }

        @Override
        public int read() {
            return fill() ? part[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int offset, int count) {
            Objects.checkFromIndexSize(offset, count, into.length);
            int done = 0;
            while (done < count && fill()) {
                int some = Math.min(count - done, end - at);
                System.arraycopy(part, at, into, offset + done, some);
                at += some;
                done += some;
            }
            return done == 0 && count > 0 ? -1 : done;
        }
    }
}
