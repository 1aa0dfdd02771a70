package io.gatun.master.log.net;

/**
 * Limits of a transport; times in milliseconds.
 *
 * @param pingMs after which a connection is tried out
 * @param deadMs after which one that did not answer is given up; more than {@code pingMs}
 * @param backoffMinMs before the second attempt to connect
 * @param backoffMaxMs the longest pause between attempts
 * @param maxEntryBytes of one entry, 1 to 64 MiB
 * @param maxWaitingBytes to one other; more is not taken, and the replica says it again later
 * @param maxClients connections of clients at a time; 0 for none
 */
public record TransportSettings(
        long pingMs,
        long deadMs,
        long backoffMinMs,
        long backoffMaxMs,
        int maxEntryBytes,
        int maxWaitingBytes,
        int maxClients) {
    private static final int MAX_ENTRY_BYTES = 64 << 20;
    /** Around the entries of a frame. */
    private static final int ROOM = 64 << 10;

    public TransportSettings {
        if (pingMs <= 0 || deadMs <= pingMs || backoffMinMs <= 0 || backoffMaxMs < backoffMinMs) {
            throw new IllegalArgumentException("pingMs=" + pingMs + ", deadMs=" + deadMs + ", backoffMinMs="
                    + backoffMinMs + ", backoffMaxMs=" + backoffMaxMs
                    + ": must be positive, deadMs more than pingMs, backoffMaxMs at least backoffMinMs");
        }
        if (maxEntryBytes < 1 || maxEntryBytes > MAX_ENTRY_BYTES) {
            throw new IllegalArgumentException("maxEntryBytes=" + maxEntryBytes + ": must be 1 to " + MAX_ENTRY_BYTES);
        }
        if (maxWaitingBytes < 2L * (maxEntryBytes + ROOM)) {
            throw new IllegalArgumentException("maxWaitingBytes=" + maxWaitingBytes
                    + ": must be at least twice maxEntryBytes=" + maxEntryBytes + " and " + ROOM + " more each");
        }
        if (maxClients < 0) {
            throw new IllegalArgumentException("maxClients=" + maxClients + ": must not be negative");
        }
    }

    /** What fits a local network, without clients. */
    public static TransportSettings defaults() {
        return new TransportSettings(250, 1_000, 20, 500, 4 << 20, 16 << 20, 0);
    }

    /** The same, for so many clients. */
    public TransportSettings clients(int count) {
        return new TransportSettings(pingMs, deadMs, backoffMinMs, backoffMaxMs, maxEntryBytes, maxWaitingBytes, count);
    }

    /** The longest body of a frame. */
    int maxFrameBytes() {
        return maxEntryBytes + ROOM;
    }
}
