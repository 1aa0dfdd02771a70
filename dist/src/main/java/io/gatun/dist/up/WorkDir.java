package io.gatun.dist.up;

import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** The folder that holds all state of one {@code gatun up}, held by a lock while it runs. */
final class WorkDir implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private WorkDir(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** {@code /var/lib/gatun} for root, else below the user's data folder (XDG Base Directory Specification). */
    static Path standard(String user, Map<String, String> environment, Path home) {
        if (user.equals("root")) {
            return Path.of("/var/lib/gatun");
        }
        String data = environment.get("XDG_DATA_HOME");
        // The specification: a relative path is invalid and to be ignored.
        Path base = data != null && data.startsWith("/") ? Path.of(data) : home.resolve(".local/share");
        return base.resolve("gatun");
    }

    /**
     * Creates the folder and takes its lock; the kernel gives the lock back whatever way this process ends.
     *
     * @throws StartupException if it cannot be written or another process holds it.
     */
    static WorkDir open(Path path) {
        try {
            Path real = Files.createDirectories(path).toRealPath();
            FileChannel channel = FileChannel.open(
                    real.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                String holder = Files.readString(real.resolve("lock")).strip();
                throw new StartupException(
                        "--work_dir=" + path,
                        "in use by process " + holder,
                        "end that one or choose another --work_dir");
            }
            channel.truncate(0);
            channel.write(
                    StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
            Files.createDirectories(real.resolve("log"));
            return new WorkDir(real, channel);
        } catch (IOException e) {
            throw new StartupException(
                    "--work_dir=" + path,
                    "cannot be written (" + e + ")",
                    "choose a folder that this user may write, with --work_dir",
                    e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // another `up` in this very JVM, as tests do
        }
    }

    Path path() {
        return path;
    }

    Path role(String name) {
        return path.resolve(name);
    }

    Path log() {
        return path.resolve("log").resolve("gatun.log");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
