package io.gatun.containerizer;

import java.util.Optional;

/**
 * How a container ended.
 *
 * @param id the container
 * @param waitStatus of the task: raw, as wait(2) gives it, or -1 when unknown because the init died before its task
 * @param limitation the limit that the kernel enforced against it, if any
 * @param message for people: how it ended, with the kernel's numbers where a limit was hit
 */
public record Termination(String id, int waitStatus, Optional<Limitation> limitation, String message) {
    /** Whether the task called exit(2): WIFEXITED of wait(2). */
    public boolean exited() {
        return waitStatus >= 0 && (waitStatus & 0x7f) == 0;
    }

    /** 0..255, meaningful when {@link #exited()}: WEXITSTATUS of wait(2). */
    public int exitStatus() {
        return (waitStatus >> 8) & 0xff;
    }

    /** Whether a signal ended the task: WIFSIGNALED of wait(2). */
    public boolean signaled() {
        return waitStatus > 0 && (waitStatus & 0x7f) != 0;
    }

    /** The signal, meaningful when {@link #signaled()}: WTERMSIG of wait(2). */
    public int signal() {
        return waitStatus & 0x7f;
    }
}
