package io.gatun.master.log;

import java.util.List;

/** Something that must hold did not; the message ends with the last steps before. */
final class ViolationException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 80;

    ViolationException(String what, List<String> history) {
        super(what + "\n" + String.join("\n", history.subList(Math.max(0, history.size() - SHOWN), history.size())));
    }
}
