package io.gatun.master.log.node;

/** This replica stopped leading before it was known whether an entry is committed: a later leader may have it or not. */
public final class UnknownOutcomeException extends LogException {
    private static final long serialVersionUID = 1;

    /** @param reason why it leads no more */
    public UnknownOutcomeException(String reason) {
        super("the outcome is unknown: " + reason);
    }
}
