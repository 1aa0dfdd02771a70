package io.gatun.containerizer.lock;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * flock(2) on a directory itself, so nothing is left to clean up: for what one agent alone may use.
 *
 * <p>A child that a launch has cloned holds the locks of its agent until it executes its program. When the agent is killed
 * in between, that takes as long as the child has to wait for a processor. So a lock is waited for as long as no process
 * that lives has taken it; proc_locks(5) says who has.
 */
public final class DirectoryLock {
    private static final long PAUSE_MS = 20;
    /** For which a holder that lives is believed to let go: it may be this process, or one that is just ending. */
    private static final long LIVING_MS = 1_000;

    private static final long MAX_MS = 60_000;
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int TYPE = 1;
    private static final int PID = 4;
    private static final int INODE = 5;

    private DirectoryLock() {}

    /**
     * Takes the lock; waits for up to 1 s if the process that has it is alive, for up to a minute if it is not.
     *
     * @return the descriptor that holds the lock, for the receiver to close; empty when another agent has it
     * @throws io.gatun.ffm.SyscallException when the directory cannot be opened: ENOENT, ENOTDIR, EACCES
     */
    public static Optional<OwnedFd> take(Path directory) {
        OwnedFd fd = Fd.open(directory, Fd.O_RDONLY | Fd.oDirectory(Arch.current()), 0);
        boolean taken = false;
        try {
            taken = waitFor(fd, directory);
            return taken ? Optional.of(fd) : Optional.empty();
        } finally {
            if (!taken) {
                fd.close();
            }
        }
    }

    private static boolean waitFor(OwnedFd fd, Path directory) {
        long startNs = System.nanoTime();
        while (!Fd.tryLock(fd.fd(), directory)) {
            long waitedMs = (System.nanoTime() - startNs) / 1_000_000;
            if (waitedMs > MAX_MS || (waitedMs > LIVING_MS && livingHolder(fd))) {
                return false;
            }
            try {
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Whether a process that has taken the lock is alive; children that inherited it are not told of. */
    private static boolean livingHolder(OwnedFd fd) {
        try {
            String inode = ":" + Files.getAttribute(Path.of("/proc/self/fd/" + fd.fd()), "unix:ino");
            List<String> locks = Files.readAllLines(LOCKS);
            // "7: FLOCK  ADVISORY  WRITE 4711 08:01:131094 0 EOF"; the process of another pid namespace is 0 or
            // missing.
            return locks.stream()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(fields ->
                            fields.length > INODE && fields[TYPE].equals("FLOCK") && fields[INODE].endsWith(inode))
                    .anyMatch(fields -> lives(fields[PID]));
        } catch (IOException e) {
            return true; // nothing is known, so nothing is waited for
        }
    }

    /** A zombie does not: its descriptors are closed. */
    private static boolean lives(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return false;
        }
    }
}
