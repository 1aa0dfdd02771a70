package io.gatun.master.log.disk;

import java.io.IOException;

/** Reads the records of one generation, in order, until the first one that is not as it was written. */
final class GenerationReader {
    private final StoredLog stored;
    private final ReadableFile file;
    private final long number;
    private final LogBuilder builder;
    private final DocumentReader reader;
    private long sequence;
    private long records;
    private boolean copied;
    private boolean complete;
    private Stop stop;

    /**
     * Where the records end.
     *
     * @param sequence of the first record that is not there
     * @param clean whether nothing is in its place
     * @param torn whether what is there may have been on its way to the disk
     * @param text naming file and place
     */
    record Stop(long sequence, boolean clean, boolean torn, String text) {}

    GenerationReader(StoredLog stored, ReadableFile file, long number, LogBuilder builder, long sequence)
            throws IOException {
        this.stored = stored;
        this.file = file;
        this.number = number;
        this.builder = builder;
        this.reader = new DocumentReader(file);
        this.sequence = sequence;
    }

    /**
     * Reads; true when the generation was ended, false when its records just stop.
     *
     * @param first whether this is the first one that is read, so that it says which sequence it begins with
     */
    boolean read(boolean first) throws IOException, DamageException {
        while (true) {
            DocumentReader.Found found = reader.next();
            if (found != DocumentReader.Found.RECORD) {
                boolean clean = found == DocumentReader.Found.NOTHING;
                stop = new Stop(
                        sequence, clean, reader.isTorn(), place() + (clean ? " is not there" : " " + reader.reason()));
                return false;
            }
            if (first && records == 0) {
                sequence = reader.sequence();
            }
            if (reader.sequence() != sequence) {
                stop = new Stop(sequence, false, false, place() + " has sequence " + reader.sequence());
                return false;
            }
            if (!apply()) {
                stop = new Stop(sequence, false, true, place() + " is a snapshot that was received and is not there");
                return false;
            }
            sequence++;
            records++;
            if (reader.type() == RecordType.END) {
                return true;
            }
        }
    }

    private String place() {
        return file.name() + ": record " + sequence + " at byte " + reader.start();
    }

    /** False when it is of no effect, because a snapshot was never on disk. */
    private boolean apply() throws DamageException {
        byte type = reader.type();
        if ((records == 0) != (type == RecordType.BEGIN)) {
            throw new DamageException(place() + " is of type " + RecordType.name(type)
                    + (records == 0 ? ", but a generation begins with " : ", but only the first one may be ")
                    + RecordType.name(RecordType.BEGIN));
        }
        try {
            switch (type) {
                case RecordType.BEGIN -> begin();
                case RecordType.COMPLETE -> complete = true;
                case RecordType.END -> {}
                case RecordType.PROMISE -> builder.promise(reader.epoch());
                case RecordType.VOUCHED -> builder.vouch();
                case RecordType.ENTRY ->
                    builder.entry(
                            reader.position(),
                            reader.epoch(),
                            reader.kind(),
                            reader.array(),
                            reader.payloadOffset(),
                            reader.payloadLength());
                case RecordType.RESTORED -> {
                    return builder.restored(reader.position(), reader.epoch(), reader.payload());
                }
                default -> throw new DamageException("is of type " + RecordType.name(type) + ", of a snapshot");
            }
            return true;
        } catch (DamageException e) {
            throw new DamageException(place() + " " + e.getMessage());
        }
    }

    private void begin() throws DamageException {
        if (reader.payloadLength() != Beginning.SIZE_BYTES) {
            throw new DamageException("has " + reader.payloadLength() + " bytes, expected " + Beginning.SIZE_BYTES);
        }
        Beginning beginning = Beginning.decode(reader.payload());
        if (beginning.generation() != number) {
            throw new DamageException("is of generation " + beginning.generation());
        }
        copied = beginning.copied();
        builder.begin(beginning, reader.position(), reader.epoch());
    }

    /** A file of a generation that was begun has the length that it was made with. */
    void requireLength() throws IOException, DamageException {
        if (!stored.isLengthOfGeneration(file.size())) {
            throw new DamageException(
                    file.name() + ": is " + file.size() + " bytes long, as no generation ever is: it was cut off");
        }
    }

    /** Whether it was begun with copies, and so needs nothing before it once it is complete. */
    boolean isUnfinishedCopy() {
        return records == 0 || (copied && !complete);
    }

    /** Goes on looking for records behind where they stopped; null when there is none. */
    DocumentReader seek() throws IOException {
        return reader.seek() ? reader : null;
    }

    Stop stop() {
        return stop;
    }

    /** The first sequence that was not read. */
    long sequence() {
        return sequence;
    }

    long records() {
        return records;
    }
}
