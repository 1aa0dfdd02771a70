package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What /proc tells of processes; proc(5). A process that ended meanwhile is no error. */
final class Proc {
    private static final Path PROC = Path.of("/proc");
    /** More than 52 numbers and a name of 15 bytes can take. */
    private static final int STAT_BYTES = 2048;

    private static final int STATE = 0;
    /** Field 22 of stat, counted from after the name, which ends at the last parenthesis. */
    private static final int START_TIME = 22 - 3;

    private Proc() {}

    /**
     * When a process started, in clock ticks since boot: with its id, unique until the next boot. Empty for one that
     * has ended, be it that its parent has not reaped it yet: that may be a process 1 which never does.
     */
    static OptionalLong startTime(long pid) {
        return stat(pid)
                .filter(fields -> !fields[STATE].equals("Z") && !fields[STATE].equals("X"))
                .map(fields -> OptionalLong.of(Long.parseLong(fields[START_TIME])))
                .orElse(OptionalLong.empty());
    }

    /** Fields 3 and on of /proc/PID/stat. */
    static Optional<String[]> stat(long pid) {
        return stat(Path.of("/proc/" + pid + "/stat"))
                .map(text -> text.substring(text.lastIndexOf(')') + 2).strip().split(" ", -1));
    }

    /** Read at every launch, so without the calls that the JDK makes besides open, read and close. */
    private static Optional<String> stat(Path file) {
        try (OwnedFd fd = Fd.open(file, Fd.O_RDONLY, 0)) {
            return Optional.of(new String(Fd.read(fd.fd(), STAT_BYTES, file), StandardCharsets.UTF_8));
        } catch (SyscallException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** This boot's identity. */
    static String bootId() {
        return Boot.ID;
    }

    /** Read once: nobody sees two of them. */
    private static final class Boot {
        static final String ID = read(PROC.resolve("sys/kernel/random/boot_id"))
                .map(String::strip)
                .orElse("");

        private Boot() {}
    }

    /** Whether a process executes our init. */
    static boolean isInit(long pid) {
        try {
            return Files.readSymbolicLink(PROC.resolve(pid + "/exe")).toString().startsWith("/memfd:gatun-init");
        } catch (IOException e) {
            // Ended, or another user's: not ours in either case.
            return false;
        }
    }

    /** A process and all its descendants, parents first; empty when it ended. */
    static List<Long> tree(long pid) {
        List<Long> found = new ArrayList<>();
        List<Long> pending = new ArrayList<>(List.of(pid));
        while (!pending.isEmpty()) {
            long next = pending.removeLast();
            Path tasks = PROC.resolve(next + "/task");
            if (Files.exists(tasks)) {
                found.add(next);
                for (Path task : list(tasks)) {
                    read(task.resolve("children"))
                            .ifPresent(text -> text.lines()
                                    .flatMap(line -> List.of(line.strip().split(" ", -1)).stream())
                                    .filter(word -> !word.isEmpty())
                                    .forEach(word -> pending.add(Long.parseLong(word))));
                }
            }
        }
        return found;
    }

    private static List<Path> list(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // ESRCH: the process ended between open and read.
            if (e.getMessage() != null && e.getMessage().contains("No such process")) {
                return Optional.empty();
            }
            throw new UncheckedIOException("read " + file, e);
        }
    }
}
