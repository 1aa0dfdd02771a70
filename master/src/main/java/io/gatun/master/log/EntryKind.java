package io.gatun.master.log;

/** What an entry is for. Bytes, not an enum: they are on disk and in messages. */
public final class EntryKind {
    /** The first entry of a leader: commits what its predecessors left. */
    public static final byte NOOP = 0;
    /** Given to {@link Replica#append}. */
    public static final byte DATA = 1;
    /** A list of members: {@link Members#encode}. */
    public static final byte MEMBERS = 2;

    private EntryKind() {}
}
