package io.gatun.bench;

/** What was to be measured did not happen. The message is one line for the person who waits for the figures. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what did not happen, where to look */
    public BenchException(String message) {
        super(message);
    }

    /** As {@link #BenchException(String)}, keeping the exception that led here. */
    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
