package io.gatun.master.registry;

import com.google.protobuf.MessageLite;

/** Makes records in the format of this release. */
public final class Changes {
    /** The format that this release writes. */
    public static final int VERSION = 4;
    /** The oldest format whose readers understand what this release writes. */
    public static final int MIN_READER_VERSION = 2;

    private final RegistryRecord.Builder record = empty();

    /** Nothing yet. */
    public static Changes none() {
        return new Changes();
    }

    static RegistryRecord.Builder empty() {
        return RegistryRecord.newBuilder().setVersion(VERSION).setMinReaderVersion(MIN_READER_VERSION);
    }

    /** Sets an item; {@code value} is the kind's message. */
    public Changes put(Kind kind, String key, MessageLite value) {
        if (value.getParserForType() != kind.parser()) {
            throw new IllegalArgumentException(
                    kind + " is not kept as " + value.getClass().getSimpleName());
        }
        record.addChangesBuilder().setKind(kind.number()).setKey(key).setValue(value.toByteString());
        return this;
    }

    /** Removes an item; nothing happens when there is none. */
    public Changes remove(Kind kind, String key) {
        record.addChangesBuilder().setKind(kind.number()).setKey(key);
        return this;
    }

    /** All of them together. */
    public RegistryRecord record() {
        return record.build();
    }

    /** What several records say, in order, as one: they become true together. */
    public static RegistryRecord join(Iterable<RegistryRecord> records) {
        RegistryRecord.Builder all = empty();
        for (RegistryRecord one : records) {
            all.addAllChanges(one.getChangesList());
        }
        return all.build();
    }
}
