package io.gatun.containerizer.docker;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The engine refused a request, or could not be asked. The message names request, status and the engine's own words. */
final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final int status;

    /** @param status of the HTTP answer; 0 when there was none */
    EngineException(int status, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    EngineException(int status, String message) {
        this(status, message, null);
    }

    /** The same, saying what it was about where that is in no word of it: {@code ... (image box:1)}. */
    EngineException about(String image) {
        String message = String.valueOf(getMessage());
        return message.contains(image) ? this : new EngineException(status, message + " (image " + image + ")", this);
    }

    /** Whether no answer came: the engine is not there, or went away meanwhile. */
    boolean unreachable() {
        return status == 0;
    }

    boolean notFound() {
        return status == NOT_FOUND;
    }

    boolean conflict() {
        return status == CONFLICT;
    }

    /** What a future failed with, as one of these where it is one. */
    static RuntimeException unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RuntimeException known ? known : new EngineException(0, "docker: " + cause, cause);
    }
}
