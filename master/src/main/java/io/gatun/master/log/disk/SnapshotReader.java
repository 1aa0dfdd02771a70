package io.gatun.master.log.disk;

import io.gatun.master.log.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.function.LongConsumer;

/** The state of a snapshot from its file, record by record; a record that is broken is an IOException. One thread. */
final class SnapshotReader extends InputStream {
    /** Opens the file again for each reader. */
    interface Source {
        ReadableFile open() throws IOException;
    }

    private final ReadableFile file;
    private final DocumentReader reader;
    private SnapshotHeader header;
    private long position;
    private long epoch;
    private long sequence;
    private long delivered;
    private int at;
    private int left;
    private boolean ended;

    SnapshotReader(ReadableFile file) throws IOException {
        this.file = file;
        this.reader = new DocumentReader(file);
    }

    /**
     * Reads a whole snapshot to see that it is there; its state is read again whenever somebody opens it.
     *
     * @param delivered is told how many bytes of the state were read so far
     * @throws DamageException when it is not as it was written
     */
    static Snapshot verify(long number, Source source, LongConsumer delivered) throws IOException, DamageException {
        try (SnapshotReader reader = new SnapshotReader(source.open())) {
            try {
                reader.begin(number);
                while (reader.fill()) {
                    reader.left = 0;
                    delivered.accept(reader.delivered);
                }
            } catch (IOException e) {
                throw new DamageException(e.getMessage());
            }
            return new Snapshot(
                    reader.position,
                    reader.epoch,
                    reader.header.members(),
                    state(number, reader.header.length(), source));
        }
    }

    private static Snapshot.State state(long number, long length, Source source) {
        return new Snapshot.State() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public InputStream open() throws IOException {
                SnapshotReader reader = new SnapshotReader(source.open());
                reader.begin(number);
                return reader;
            }
        };
    }

    private void begin(long number) throws IOException {
        require(RecordType.SNAPSHOT, advance());
        try {
            header = SnapshotHeader.decode(reader.payload());
        } catch (RuntimeException e) {
            throw new IOException(file.name() + ": first record cannot be decoded: " + e, e);
        }
        if (header.number() != number) {
            throw new IOException(file.name() + ": is snapshot " + header.number() + " in the place of " + number);
        }
    }

    private byte advance() throws IOException {
        DocumentReader.Found found = reader.next();
        if (found != DocumentReader.Found.RECORD) {
            throw new IOException(file.name() + ": record " + sequence + " of the snapshot, at byte " + reader.start()
                    + (found == DocumentReader.Found.NOTHING ? ", is missing" : ", " + reader.reason()));
        }
        if (reader.sequence() != sequence) {
            throw new IOException(file.name() + ": record at byte " + reader.start() + " has sequence "
                    + reader.sequence() + ", expected " + sequence);
        }
        if (sequence == 0) {
            position = reader.position();
            epoch = reader.epoch();
        } else if (reader.position() != position || reader.epoch() != epoch) {
            throw new IOException(file.name() + ": record at byte " + reader.start()
                    + " is of the snapshot at position "
                    + reader.position() + " of epoch " + reader.epoch() + ", expected " + position + " of " + epoch
                    + ": the file was used again");
        }
        sequence++;
        return reader.type();
    }

    private void require(byte wanted, byte found) throws IOException {
        if (wanted != found) {
            throw new IOException(file.name() + ": record at byte " + reader.start() + " is of type "
                    + RecordType.name(found) + ", expected " + RecordType.name(wanted));
        }
    }

    /** Has at least a byte ready; false at the end. */
    private boolean fill() throws IOException {
        while (left == 0 && !ended) {
            byte type = advance();
            if (type == RecordType.PIECE) {
                at = reader.payloadOffset();
                left = reader.payloadLength();
                delivered += left;
            } else {
                require(RecordType.SNAPSHOT_END, type);
                if (delivered != header.length()) {
                    throw new IOException(
                            file.name() + ": has " + delivered + " bytes of state, expected " + header.length());
                }
                ended = true;
            }
        }
        return left > 0;
    }

    @Override
    public int read() throws IOException {
        if (!fill()) {
            return -1;
        }
        left--;
        return reader.array()[at++] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, into.length);
        if (count == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int copied = Math.min(count, left);
        System.arraycopy(reader.array(), at, into, offset, copied);
        at += copied;
        left -= copied;
        return copied;
    }

    @Override
    public long skip(long count) throws IOException {
        if (count <= 0 || !fill()) {
            return 0;
        }
        int skipped = (int) Math.min(count, left);
        at += skipped;
        left -= skipped;
        return skipped;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
