package io.gatun.master.log;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The state after an entry, in place of it and all before it. Immutable, as long as nobody writes to its bytes; any
 * thread may read it.
 */
public final class Snapshot {
    /** Before the first entry of a log that is there; a replica without a log has a snapshot before even this. */
    private static final long BEGINNING = 0;

    /** Bytes that can be read from their beginning as often as somebody wants them. */
    public interface State {
        /** Number of bytes. */
        long length();

        /**
         * Reads all of them from the first one.
         *
         * @throws IOException when they are on a disk that has failed, or were superseded by a newer snapshot
         */
        InputStream open() throws IOException;

        /** Bytes in memory, not copied. */
        static State of(byte[] bytes) {
            return new Bytes(Objects.requireNonNull(bytes, "bytes"));
        }
    }

    private static final class Bytes implements State {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    private final long position;
    private final long epoch;
    private final Members members;
    private final State state;

    /**
     * A snapshot in memory.
     *
     * @param position of the last entry that is in it; 0 before the first
     * @param epoch of that entry
     * @param members in force there
     * @param state the application's bytes, not copied
     */
    public Snapshot(long position, long epoch, Members members, byte[] state) {
        this(position, epoch, members, State.of(state));
    }

    /** A snapshot whose state is wherever {@code state} reads it from. */
    public Snapshot(long position, long epoch, Members members, State state) {
        this.position = position;
        this.epoch = epoch;
        this.members = Objects.requireNonNull(members, "members");
        this.state = Objects.requireNonNull(state, "state");
    }

    /** An empty log. */
    public static Snapshot empty(Members members) {
        return new Snapshot(BEGINNING, Epoch.NONE, members, new byte[0]);
    }

    /** No log at all, of a replica that knows nothing yet: it takes any other snapshot in its place. */
    public static Snapshot none() {
        return new Snapshot(BEGINNING - 1, Epoch.NONE, Members.NONE, new byte[0]);
    }

    /** Of the last entry that is in it; 0 before the first, -1 when there is no log. */
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

    /** Number of bytes of the application's state. */
    public long length() {
        return state.length();
    }

    /** The application's state, wherever it is. */
    public State source() {
        return state;
    }

    /** Reads the application's state; see {@link State#open}. */
    public InputStream open() throws IOException {
        return state.open();
    }

    /**
     * The application's bytes as a whole; must not be written to.
     *
     * @throws UncheckedIOException when they cannot be read
     */
    public byte[] state() {
        if (state instanceof Bytes inMemory) {
            return inMemory.bytes;
        }
        try (InputStream in = state.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
