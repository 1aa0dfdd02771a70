package io.gatun.containerizer.network.cni;

/** A plugin or a network configuration failed; the message names network, plugin, command and what the plugin said. */
public final class CniException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    CniException(String message, int code) {
        super(message);
        this.code = code;
    }

    CniException(String message, Throwable cause) {
        super(message, cause);
        this.code = 0;
    }

    /** The error code of the specification, such as 7 (invalid network config) or 11 (try again later); 0 for none. */
    public int code() {
        return code;
    }
}
