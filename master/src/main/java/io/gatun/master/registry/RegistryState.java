package io.gatun.master.registry;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the records of a registry log add up to; every replica keeps one. Not thread-safe: what others read is a
 * {@link RegistryView}.
 */
public final class RegistryState {
    private final TreeMap<Integer, Table> tables = new TreeMap<>();
    private UnknownFieldSet unknown = UnknownFieldSet.getDefaultInstance();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final Preparation preparation = new Preparation();
    private int nextPart;
    private long sequence;

    /**
     * Adds one entry of the log.
     *
     * @throws RegistryException when it is no record, or one that this release may not read: nothing was changed
     */
    public void apply(DirectBuffer bytes, int offset, int length) {
        byte[] array = bytes.byteArray();
        int from = array == null ? 0 : bytes.wrapAdjustment() + offset;
        if (array == null) {
            array = new byte[length];
            bytes.getBytes(offset, array);
        }
        try {
            List<Item> items = RecordReader.items(array, from, length, sequence);
            if (items == null) {
                apply(RegistryRecord.parser().parseFrom(array, from, length));
            } else {
                apply(items);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new RegistryException("an entry of " + length + " bytes is no registry record: " + e.getMessage(), e);
        }
    }

    /**
     * Adds one record.
     *
     * @throws RegistryException when this release may not read it: nothing was changed
     */
    public void apply(RegistryRecord record) {
        if (record.getVersion() == Version1.VERSION) {
            apply(Version1.changes(record, this));
            return;
        }
        requireReadable(
                record.getVersion(), record.hasMinReaderVersion() ? record.getMinReaderVersion() : Integer.MAX_VALUE);
        if (record.hasPart()) {
            applyPart(record.getPart());
            return;
        }
        List<Item> items = new ArrayList<>(record.getChangesCount());
        try {
            for (Change change : record.getChangesList()) {
                items.add(Item.parse(change.toByteArray(), sequence + items.size()));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new RegistryException("registry record: " + e.getMessage(), e);
        }
        apply(items);
    }

    private void apply(List<Item> items) {
        parts.reset();
        nextPart = 0;
        sequence += items.size();
        items.forEach(this::apply);
    }

    private void applyPart(RegistryRecord.Part part) {
        if (part.getIndex() == 0) {
            parts.reset();
            nextPart = 0;
        }
        if (part.getIndex() != nextPart) {
            throw new RegistryException(
                    "registry record: its part " + part.getIndex() + " came where part " + nextPart + " must be");
        }
        parts.writeBytes(part.getPiece().toByteArray());
        nextPart++;
        if (part.getLast()) {
            byte[] whole = parts.toByteArray();
            parts.reset();
            nextPart = 0;
            apply(new UnsafeBuffer(whole), 0, whole.length);
        }
    }

    /** Whether a record has begun that is still to be finished: a view would lack what has come of it. */
    public boolean awaitsParts() {
        return nextPart > 0;
    }

    static void requireReadable(int version, int minReaderVersion) {
        if (version != Changes.VERSION && minReaderVersion > Changes.VERSION) {
            throw new RegistryException(
                    "registry was written in format " + version + ", and may be read by releases that"
                            + " know format " + (minReaderVersion == Integer.MAX_VALUE ? version : minReaderVersion)
                            + "; this one knows " + Changes.VERSION + ": start a newer release on this work_dir");
        }
    }

    private void apply(Item item) {
        Table table = tables.computeIfAbsent(item.kind(), kind -> new Table(Kind.max(kind)));
        if (item.hasValue()) {
            preparation.add(table.put(item));
        } else {
            table.remove(item);
        }
    }

    /**
     * Forgets everything and takes over a snapshot.
     *
     * @param encoded as {@link RegistryView#toByteArray} gives it; none stands for an empty registry
     * @throws RegistryException when it is no snapshot, or one that this release may not read
     */
    public void restore(byte[] encoded) {
        try {
            restore(new ByteArrayInputStream(encoded));
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
    }

    /**
     * The same from wherever it is; read to its end, not closed.
     *
     * @throws RegistryException when it is no snapshot, or one that this release may not read
     * @throws IOException when reading fails
     */
    public void restore(InputStream encoded) throws IOException {
        tables.clear();
        unknown = UnknownFieldSet.getDefaultInstance();
        sequence = 0;
        parts.reset();
        nextPart = 0;
        unknown = SnapshotReader.read(encoded, bytes -> apply(Item.parse(bytes, sequence++)));
        preparation.flush();
    }

    /** Everything as it is now; costs microseconds, whatever its size. */
    public RegistryView view() {
        TreeMap<Integer, Table.Frozen> frozen = new TreeMap<>();
        tables.forEach((kind, table) -> frozen.put(kind, table.freeze()));
        return new RegistryView(frozen, unknown);
    }
}
