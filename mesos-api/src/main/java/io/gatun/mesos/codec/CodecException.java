package io.gatun.mesos.codec;

/**
 * Bytes that are no valid message. The message names the field (a dotted path from the outermost message), the value and
 * the rule that it breaks: {@code framework_info.failover_timeout: true must be a number}.
 */
public final class CodecException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final String problem;

    /** With value and rule as the problem, such as {@code "abc" must be a number}. */
    public CodecException(String problem) {
        this("", problem, null);
    }

    /** As {@link #CodecException(String)}, keeping the exception that led here. */
    public CodecException(String problem, Throwable cause) {
        this("", problem, cause);
    }

    private CodecException(String path, String problem, Throwable cause) {
        super(path.isEmpty() ? problem : path + ": " + problem, cause);
        this.path = path;
        this.problem = problem;
    }

    /** The dotted path of the offending field; empty when the whole body is at fault. */
    public String path() {
        return path;
    }

    /** The same problem seen from the enclosing message: {@code step} goes in front of the path. */
    CodecException within(String step) {
        String outer = path.isEmpty() || path.startsWith("[") ? step + path : step + "." + path;
        CodecException moved = new CodecException(outer, problem, getCause());
        moved.setStackTrace(getStackTrace());
        return moved;
    }
}
