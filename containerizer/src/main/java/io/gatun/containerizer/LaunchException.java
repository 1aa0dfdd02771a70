package io.gatun.containerizer;

/**
 * A container could not be launched. The message names the step that failed, as in {@code container web.1: mount proc
 * on /proc: EPERM (Operation not permitted)}. Nothing of the container is left when this is thrown.
 */
public final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String containerId;
    private final String step;

    public LaunchException(String containerId, String step, Throwable cause) {
        super("container " + containerId + ": " + step, cause);
        this.containerId = containerId;
        this.step = step;
    }

    public LaunchException(String containerId, String step) {
        this(containerId, step, null);
    }

    /** The container that was to be. */
    public String containerId() {
        return containerId;
    }

    /** The step that failed and why. */
    public String step() {
        return step;
    }
}
