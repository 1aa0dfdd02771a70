package io.gatun.master.election;

import java.util.concurrent.CompletableFuture;

/** This master's replica of the log, as the election sees it. Called from the election's threads; must not block. */
public interface Candidate {
    /**
     * How it stands.
     *
     * @param able whether it should lead at all: its log is whole, it is a member, and its disk has room, or nobody else's
     * @param leading whether it leads
     * @param progress grows while it gets on with becoming a leader
     * @param leaderConnected whether the log's leader, or another who was promised to be it, can be heard
     * @param leaderSilentMs for how long that one has not been heard of; {@link Long#MAX_VALUE} when there is none
     */
    record Standing(boolean able, boolean leading, long progress, boolean leaderConnected, long leaderSilentMs) {}

    /** Now. */
    Standing standing();

    /** Tries to lead until it does, or {@link #resign} is called. */
    void campaign();

    /** Tries no more, leads no more. */
    void resign(String reason);

    /** Completes when it is certain that it led when this was called; fails when it did not. */
    CompletableFuture<Void> confirm();
}
