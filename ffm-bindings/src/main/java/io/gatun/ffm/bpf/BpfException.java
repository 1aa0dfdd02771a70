package io.gatun.ffm.bpf;

import io.gatun.ffm.SyscallException;

/** The verifier refused a program; {@link #log()} says why. */
public final class BpfException extends SyscallException {
    private static final long serialVersionUID = 1L;

    private final String log;

    BpfException(int errno, String log) {
        super("bpf", "BPF_PROG_LOAD" + (log.isEmpty() ? "" : " (verifier: " + lastLine(log) + ")"), errno);
        this.log = log;
    }

    /** What the verifier wrote; may be empty. */
    public String log() {
        return log;
    }

    private static String lastLine(String log) {
        return log.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("processed "))
                .reduce("", (_, last) -> last.strip());
    }
}
