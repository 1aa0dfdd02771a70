package io.gatun.master.log.node;

/** The log cannot do what was asked. The message names what, and the rule. */
public class LogException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With what went wrong. */
    public LogException(String message) {
        super(message);
    }

    /** With what went wrong, and why. */
    public LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
