package io.gatun.master.log;

/**
 * A number that at most one replica ever leads: {@code round << 16 | replica id}. Greater ones supersede. Longs, not
 * objects: they are in every message.
 */
public final class Epoch {
    /** Before the first leader. */
    public static final long NONE = 0;

    /** Greatest id of a replica. */
    public static final int MAX_ID = 0xffff;

    private static final int ID_BITS = 16;

    private Epoch() {}

    /** The least epoch of a replica that is greater than all that it has promised. */
    public static long after(long promised, int replicaId) {
        return ((promised >>> ID_BITS) + 1) << ID_BITS | replicaId;
    }

    /** Who leads it. */
    public static int owner(long epoch) {
        return (int) (epoch & MAX_ID);
    }

    /** For messages: {@code 12 of replica 3}. */
    public static String toString(long epoch) {
        return (epoch >>> ID_BITS) + " of replica " + owner(epoch);
    }
}
