package io.gatun.master.log.net;

/** Why a client's entry has no position; on the wire in place of one. */
public final class ReplyStatus {
    /** The replica does not lead: the entry was not appended. */
    public static final long NOT_LEADING = -1;
    /** The replica stopped leading meanwhile: the entry may or may not be in the log. */
    public static final long UNKNOWN_OUTCOME = -2;

    /** Too much waits for the disk: the entry was not appended, and may be sent again. */
    public static final long BUSY = -3;

    private ReplyStatus() {}
}
