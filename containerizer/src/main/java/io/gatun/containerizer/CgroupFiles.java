package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Files of cgroups: one write(2) each, errors that name file, data and reason. */
final class CgroupFiles {
    private static final int MODE = 0755;

    private CgroupFiles() {}

    /**
     * Writes a value.
     *
     * @throws CgroupException {@code write "50000 100000" to /sys/fs/cgroup/gatun/web.1/cpu.max: Invalid argument}
     */
    static void write(Path file, String data) {
        // Neither created nor truncated: such a file exists or the kernel does not have it.
        try (OwnedFd open = Fd.open(file, Fd.O_WRONLY, 0)) {
            Fd.write(open.fd(), data.getBytes(StandardCharsets.UTF_8), file);
        } catch (SyscallException e) {
            throw new CgroupException("write \"" + data + "\" to " + file, e);
        }
    }

    /** Creates a cgroup; one that exists is taken as it is. */
    static void create(Path directory) {
        try {
            FileNames.makeDirectory(directory, MODE);
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw new CgroupException("mkdir " + directory, e);
            }
            // The root of all of them, or a parent's "mesos", is not there yet.
            createWithParents(directory);
        }
    }

    private static void createWithParents(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new CgroupException("mkdir " + directory, e);
        }
    }

    /** The content of a file; empty when it, or its cgroup, does not exist (any more). */
    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // ENODEV: the cgroup was removed between open and read. EOPNOTSUPP: pressure is not measured (psi=0).
            String reason = String.valueOf(e.getMessage());
            if (reason.contains("No such device") || reason.contains("Operation not supported")) {
                return Optional.empty();
            }
            throw new CgroupException("read " + file, e);
        }
    }

    /** A file with one number; empty when there is none, or it says "max". */
    static Optional<Long> number(Path file) {
        return read(file)
                .map(String::strip)
                .filter(text -> text.matches("\\d+"))
                .map(CgroupFiles::parse);
    }

    /** The number after a key in a file of lines {@code key number}; 0 when there is none. */
    static long keyed(Path file, String key) {
        return read(file).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst()
                .map(CgroupFiles::parse)
                .orElse(0L);
    }

    /** The process ids in cgroup.procs; 0 stands for a process of another pid namespace. */
    static List<Long> processes(Path cgroup) {
        return read(cgroup.resolve("cgroup.procs"))
                .map(text -> text.lines().map(Long::parseLong).toList())
                .orElse(List.of());
    }

    /** The names of a cgroup's files; empty when it does not exist. */
    static List<String> names(Path cgroup) {
        try (Stream<Path> entries = Files.list(cgroup)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | UncheckedIOException e) {
            throw new CgroupException("list " + cgroup, e);
        }
    }

    /** The cgroups below one. */
    static List<Path> children(Path cgroup) {
        try (Stream<Path> entries = Files.list(cgroup)) {
            return entries.filter(Files::isDirectory).toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | UncheckedIOException e) {
            throw new CgroupException("list " + cgroup, e);
        }
    }

    // v1 limits that are off read as 2^63 rounded to a page, and cpuacct counts in u64: beyond a long means "a lot".
    private static long parse(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** An operation on a cgroup failed. */
    static final class CgroupException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CgroupException(String what, Exception cause) {
            super(what + ": " + reason(cause), cause);
        }

        private static String reason(Exception e) {
            return switch (e) {
                case SyscallException call -> Errno.text(call.errno());
                case AccessDeniedException _ -> "Permission denied";
                case NoSuchFileException _ -> "No such file or directory";
                case FileSystemException fs when fs.getReason() != null -> fs.getReason();
                default -> String.valueOf(e.getMessage());
            };
        }
    }
}
