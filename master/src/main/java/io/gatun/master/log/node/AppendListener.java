package io.gatun.master.log.node;

/** Learns what became of entries. Called on the replica's thread, which must not be kept. */
public interface AppendListener {
    /** The entry is committed, and was applied here. */
    void appended(long correlationId, long position);

    /** It was not appended ({@link NotLeadingException}), or nobody knows ({@link UnknownOutcomeException}). */
    void notAppended(long correlationId, LogException reason);
}
