package io.gatun.testkit.history;

import java.util.Optional;

/**
 * What one copy of the object, used by one client at a time, would do.
 *
 * @param <S> its state: immutable, with equals and hashCode
 */
public interface Model<S, I, O> {
    /** Before the first operation. */
    S initial();

    /**
     * Does one operation.
     *
     * @param output what the client was answered; empty if it was never told
     * @return the state afterwards; empty if the object, in {@code state}, would have answered otherwise
     */
    Optional<S> step(S state, I input, Optional<O> output);

    /**
     * The part of the object that an operation is on. Parts share nothing; a history is linearizable exactly when the
     * history of each part is (Herlihy and Wing, Theorem 1), and to check parts is far cheaper.
     */
    default Object part(I input) {
        return "";
    }
}
