package io.gatun.master.registry;

/** An entry is not what was written. */
final class CorruptEntryException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean torn;

    /**
     * Says what is wrong.
     *
     * @param torn whether it looks as if the machine died while the entry was written
     */
    CorruptEntryException(String message, boolean torn) {
        super(message);
        this.torn = torn;
    }

    boolean torn() {
        return torn;
    }
}
