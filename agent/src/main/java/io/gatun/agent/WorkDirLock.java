package io.gatun.agent;

import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second agent out of a work directory; the kernel lets go of it when this process ends, however it ends. */
final class WorkDirLock implements AutoCloseable {
    private final FileChannel channel;

    private WorkDirLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes the directory when there is none, and locks it. */
    static WorkDirLock take(Path workDir) {
        String what = "--work_dir=" + workDir;
        FileChannel channel;
        try {
            Files.createDirectories(workDir);
            channel = FileChannel.open(
                    workDir.resolve("agent.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new StartupException(
                    what, "cannot be written: " + e, "choose a directory that the agent's user owns", e);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new WorkDirLock(channel);
            }
            channel.close();
        } catch (OverlappingFileLockException e) {
            close(channel);
        } catch (IOException e) {
            close(channel);
            throw new StartupException(what, "cannot be locked: " + e, "choose a directory on a local file system", e);
        }
        throw new StartupException(what, "another agent uses it", "stop that agent or choose another directory");
    }

    @Override
    public void close() {
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("close agent.lock: " + e, e);
        }
    }
}
