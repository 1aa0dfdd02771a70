package io.gatun.containerizer.image.spec;

/** An image cannot be had, or is not what it says. The message names the image or its part, the value and the rule. */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ImageException(String message) {
        super(message);
    }

    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
