package io.gatun.ffm;

/**
 * A kernel call failed. The message names the call, the object and the errno: {@code mount /proc: EPERM (Operation not
 * permitted)}.
 */
public class SyscallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String object;
    private final int errno;

    public SyscallException(String call, String object, int errno) {
        super(call + (object.isEmpty() ? "" : " " + object) + ": " + Errno.name(errno) + " (" + Errno.text(errno)
                + ")");
        this.call = call;
        this.object = object;
        this.errno = errno;
    }

    /** The man-page name of the call, such as {@code mount}. */
    public String call() {
        return call;
    }

    /** What it was called on: a path, an address, a process id; may be empty. */
    public String object() {
        return object;
    }

    /** The positive errno, to compare with the constants of {@link Errno}. */
    public int errno() {
        return errno;
    }
}
