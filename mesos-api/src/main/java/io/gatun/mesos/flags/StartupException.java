package io.gatun.mesos.flags;

/** A role cannot start. The message is one line for the operator: {@code what: why; whatToDo}. */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param what the thing that failed, such as {@code port 5050 on 127.0.0.1}
     * @param why the reason, such as {@code it is busy}
     * @param whatToDo the operator's next step, such as {@code choose another with --port}
     */
    public StartupException(String what, String why, String whatToDo) {
        super(message(what, why, whatToDo));
    }

    /** As {@link #StartupException(String, String, String)}, keeping the exception that led here. */
    public StartupException(String what, String why, String whatToDo, Throwable cause) {
        super(message(what, why, whatToDo), cause);
    }

    private static String message(String what, String why, String whatToDo) {
        return what + ": " + why + "; " + whatToDo;
    }
}
