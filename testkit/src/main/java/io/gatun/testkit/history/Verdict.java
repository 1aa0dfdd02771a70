package io.gatun.testkit.history;

/**
 * What the check of a history found.
 *
 * @param operations how many were checked
 * @param steps how many times an operation was tried
 * @param evidence for people: where the search ended; empty when it is linearizable
 */
public record Verdict(Kind kind, int operations, long steps, String evidence) {
    /** The outcome. */
    public enum Kind {
        /** There is an order in which one copy would have given all these answers. */
        LINEARIZABLE,
        /** There is none. */
        VIOLATED,
        /** The search took more steps than it was given. Neither is known. */
        UNDECIDED
    }

    /** Whether it is linearizable for certain. */
    public boolean linearizable() {
        return kind == Kind.LINEARIZABLE;
    }

    Verdict and(Verdict next) {
        return new Verdict(
                linearizable() ? next.kind : kind,
                operations + next.operations,
                steps + next.steps,
                evidence.isEmpty() || next.evidence.isEmpty()
                        ? evidence + next.evidence
                        : evidence + "\n" + next.evidence);
    }

    @Override
    public String toString() {
        return kind + ": " + operations + " operations, " + steps + " steps"
                + (evidence.isEmpty() ? "" : "\n" + evidence);
    }
}
