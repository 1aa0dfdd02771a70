package io.gatun.marathon.state;

/** A request that cannot be granted; the message is for the client. */
public class RequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;

    public RequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** 404: what is named does not exist. */
    public static RequestException notFound(String message) {
        return new RequestException(404, message);
    }

    /** 409: it is at odds with what there is. */
    public static RequestException conflict(String message) {
        return new RequestException(409, message);
    }

    /** The HTTP status to answer with. */
    public final int status() {
        return status;
    }
}
