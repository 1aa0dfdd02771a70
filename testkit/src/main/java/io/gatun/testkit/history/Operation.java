package io.gatun.testkit.history;

import java.util.Objects;
import java.util.Optional;

/**
 * One call of a client that took effect, or may have. Calls that are known to have had no effect are no operations.
 *
 * @param client who called; for people
 * @param output the answer; empty when the caller never learned what became of the call
 * @param invokeNs {@link System#nanoTime} before the call was sent
 * @param returnNs the same when the answer was there; {@link #NEVER} without one
 */
public record Operation<I, O>(String client, I input, Optional<O> output, long invokeNs, long returnNs) {
    /** Of a call without an answer: it may take effect at any later time, or never. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        Objects.requireNonNull(input, "input");
        if (output.isEmpty() != (returnNs == NEVER)) {
            throw new IllegalArgumentException(
                    "returnNs=" + returnNs + " must be " + NEVER + " exactly when there is no output");
        }
        if (returnNs < invokeNs) {
            throw new IllegalArgumentException("returnNs=" + returnNs + " is before invokeNs=" + invokeNs);
        }
    }

    /** An answered call. */
    public static <I, O> Operation<I, O> answered(String client, I input, O output, long invokeNs, long returnNs) {
        return new Operation<>(client, input, Optional.of(output), invokeNs, returnNs);
    }

    /** A call without an answer. */
    public static <I, O> Operation<I, O> unanswered(String client, I input, long invokeNs) {
        return new Operation<>(client, input, Optional.empty(), invokeNs, NEVER);
    }

    /** Whether the caller learned what became of it. */
    public boolean known() {
        return output.isPresent();
    }
}
