package io.gatun.master.log.disk;

/** What a record is. Bytes, not an enum: they are on disk. 0 is none, so that what was never written is no record. */
final class RecordType {
    /** First of a generation: {@link Beginning}. */
    static final byte BEGIN = 1;
    /** The generation stands alone from here on: what it was copied from is not needed any more. */
    static final byte COMPLETE = 2;
    /** Last of a generation; the log goes on in the next. */
    static final byte END = 3;
    /** A promise; the record's epoch is what was promised. */
    static final byte PROMISE = 4;
    /** An entry. */
    static final byte ENTRY = 5;
    /** A received snapshot stands for all up to the record's position; the payload is its number. */
    static final byte RESTORED = 6;
    /** The replica may vote. */
    static final byte VOUCHED = 7;
    /** First of a snapshot: {@link SnapshotHeader}. */
    static final byte SNAPSHOT = 8;
    /** A piece of a snapshot's state. */
    static final byte PIECE = 9;
    /** Last of a snapshot. */
    static final byte SNAPSHOT_END = 10;

    private static final String[] NAMES = {
        "none",
        "begin",
        "complete",
        "end",
        "promise",
        "entry",
        "restored",
        "vouched",
        "snapshot",
        "piece",
        "snapshot end"
    };

    private RecordType() {}

    static boolean isKnown(byte type) {
        return type >= BEGIN && type < NAMES.length;
    }

    static String name(byte type) {
        return isKnown(type) ? NAMES[type] : "unknown (" + type + ")";
    }
}
