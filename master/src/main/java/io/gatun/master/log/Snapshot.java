package io.gatun.master.log;

import java.util.Objects;

/** The state after an entry, in place of it and all before it. Immutable, as long as nobody writes to its bytes. */
public final class Snapshot {
    private final long position;
    private final long epoch;
    private final Members members;
    private final byte[] state;

    /**
     * A snapshot.
     *
     * @param position of the last entry that is in it; 0 before the first
     * @param epoch of that entry
     * @param members in force there
     * @param state the application's bytes, not copied
     */
    public Snapshot(long position, long epoch, Members members, byte[] state) {
        this.position = position;
        this.epoch = epoch;
        this.members = Objects.requireNonNull(members, "members");
        this.state = Objects.requireNonNull(state, "state");
    }

    /** An empty log. */
    public static Snapshot empty(Members members) {
        return new Snapshot(0, Epoch.NONE, members, new byte[0]);
    }

    /** Of the last entry that is in it; 0 before the first. */
    public long position() {
        return position;
    }

    /** Of that entry. */
    public long epoch() {
        return epoch;
    }

    /** In force there. */
    public Members members() {
        return members;
    }

    /** The application's bytes, not a copy. */
    public byte[] state() {
        return state;
    }
}
