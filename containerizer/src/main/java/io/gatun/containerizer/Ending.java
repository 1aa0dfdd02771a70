package io.gatun.containerizer;

import io.gatun.containerizer.events.EventLoop;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.process.WaitId;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What happens when a container's init has ended: the rest is killed, the cgroups are removed, how it ended is saved and
 * told. Runs on the loop; what has to wait is tried again later.
 */
final class Ending {
    /** Kernel and RCU release a cgroup within milliseconds; a minute means that it never will by itself. */
    private static final long GIVE_UP_MS = 60_000;

    private static final long FIRST_RETRY_MS = 1;
    private static final long LAST_RETRY_MS = 1_000;
    private static final int KILLED = Signals.SIGKILL;

    private final EventLoop loop;
    private final Cgroups cgroups;
    private final Limitations limitations;
    private final HostParts parts;

    Ending(EventLoop loop, Cgroups cgroups, Limitations limitations, HostParts parts) {
        this.parts = parts;
        this.loop = loop;
        this.cgroups = cgroups;
        this.limitations = limitations;
    }

    /**
     * Ends a container whose init is gone.
     *
     * @param init its pidfd, closed here; empty when it was gone before this agent came
     */
    void end(Entry entry, Optional<OwnedFd> init) {
        boolean stopping = entry.life() instanceof Life.Stopping;
        OptionalInt own = init.map(pidfd -> reap(entry, pidfd)).orElse(OptionalInt.empty());
        OptionalInt task = entry.checkpoint().waitStatus();
        int status = task.isPresent() ? task.getAsInt() : own.orElse(-1);
        boolean succeeded = status == 0 && task.isPresent();
        Optional<Limitations.Hit> hit =
                entry.limitedBy().or(() -> limitations.of(entry.id(), entry.limits(), succeeded));
        // The kernel kills the init together with its task where memory.oom.group is set, so nobody wrote a status.
        int known = task.isEmpty() && (stopping || hit.isPresent()) ? KILLED : status;
        Termination termination = new Termination(
                entry.id(),
                known,
                hit.map(Limitations.Hit::limitation),
                hit.map(Limitations.Hit::message).orElseGet(() -> describe(known)));
        cleanUp(entry, termination, FIRST_RETRY_MS, System.nanoTime());
    }

    private static OptionalInt reap(Entry entry, OwnedFd init) {
        // Under the monitor under which kill and destroy use the descriptor.
        synchronized (entry) {
            try (OwnedFd pidfd = init) {
                return WaitId.tryReap(pidfd.fd());
            }
        }
    }

    /** A raw wait status in words. */
    static String describe(int waitStatus) {
        Termination plain = new Termination("", waitStatus, Optional.empty(), "");
        if (plain.exited()) {
            return "exited with status " + plain.exitStatus();
        }
        return plain.signaled()
                ? "terminated by signal " + plain.signal()
                : "ended, with a status that nobody could record";
    }

    private void cleanUp(Entry entry, Termination termination, long retryMs, long startNs) {
        // Nearly always no live process is in it by now, and then it can be removed: only if not, look why.
        boolean removed = cgroups.remove(entry.id());
        boolean empty = removed || cgroups.empty(entry.id());
        if (!empty) {
            cgroups.kill(entry.id());
        }
        boolean overdue = System.nanoTime() - startNs > GIVE_UP_MS * 1_000_000;
        // A process that cannot die (state D) keeps its container; a cgroup that stays busy without one does not.
        if (!empty || (!removed && !overdue)) {
            long next = Math.min(retryMs * 2, LAST_RETRY_MS);
            loop.later(retryMs, () -> cleanUp(entry, termination, next, startNs));
            return;
        }
        Termination told = removed
                ? termination
                : new Termination(
                        termination.id(),
                        termination.waitStatus(),
                        termination.limitation(),
                        termination.message() + " (its cgroup stays behind: rmdir: EBUSY for " + GIVE_UP_MS / 1000
                                + " s)");
        if (parts.idle(entry.id(), entry.checkpoint().directory())) {
            tell(entry, told);
        } else {
            // May delete many files: not on the loop that every other container needs.
            Thread.ofVirtual().name("gatun-container-parts").start(() -> removeParts(entry, told));
        }
    }

    private void removeParts(Entry entry, Termination termination) {
        try {
            parts.remove(entry.id(), entry.checkpoint().directory());
            tell(entry, termination);
        } catch (RuntimeException e) {
            tell(
                    entry,
                    new Termination(
                            termination.id(),
                            termination.waitStatus(),
                            termination.limitation(),
                            termination.message() + " (left behind: " + e.getMessage() + ")"));
        }
    }

    private static void tell(Entry entry, Termination termination) {
        entry.checkpoint().terminated(termination);
        entry.become(new Life.Ended(termination));
        entry.termination().complete(termination);
    }
}
