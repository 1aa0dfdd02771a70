package io.gatun.containerizer;

import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.process.PidFd;

/** Signals to processes that may have ended. */
final class Signals {
    static final int SIGKILL = 9;
    static final int SIGTERM = 15;
    static final int MAX = 31;

    private Signals() {}

    /** Kills a process by its id; nothing happens when it has ended. 0, a process of another namespace, is skipped. */
    static void killProcess(long pid) {
        if (pid > 0) {
            PidFd.open(pid).ifPresent(fd -> {
                try (OwnedFd owned = fd) {
                    PidFd.signal(owned.fd(), SIGKILL);
                }
            });
        }
    }
}
