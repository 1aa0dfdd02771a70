package io.gatun.containerizer;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.file.OpenFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;

/**
 * The file of a {@link Checkpoint} that three write, each its own part, in one write(2), by one open file description:
 *
 * <pre>
 *   0  process id of the init, 4 bytes     by the child, before it executes the init
 *   4  wait status of the task, 4 bytes    by the init, next in the file; -1 until then
 *   8  start time of the init, 8 bytes     by the agent, once the task's program was executed
 *  16  when that was, 8 bytes              seconds since the epoch, a double
 *  24  boot id, 36 bytes; zeros where /proc does not tell it
 * </pre>
 *
 * <p>Little-endian. Its length tells how far a launch came.
 */
final class InitFile {
    private static final int STATUS = 4;
    private static final int STARTED = 8;
    private static final int BOOT_ID = 24;
    private static final int BYTES = BOOT_ID + 36;
    private static final int NONE = -1;
    private static final int MODE = 0600;

    private final Path path;

    InitFile(Path path) {
        this.path = path;
    }

    /** Makes it, at the offset where the child writes its id. */
    OwnedFd create() {
        OwnedFd file = Fd.open(path, Fd.O_WRONLY | Fd.O_CREAT | Fd.O_TRUNC, MODE);
        try {
            // Where nobody wrote a file reads as zeros, and zero is a status.
            byte[] none = new byte[STARTED];
            little(none).putInt(STATUS, NONE);
            OpenFile.write(file.fd(), none, 0, path);
            return file;
        } catch (SyscallException e) {
            file.close();
            throw e;
        }
    }

    /** The agent's part. */
    void running(OwnedFd file, Checkpoint.Running running) {
        byte[] part = new byte[BYTES - STARTED];
        put(little(part), running.startTime(), running.startedEpochSeconds(), running.bootId());
        OpenFile.write(file.fd(), part, STARTED, path);
    }

    /** What all three have written so far; nothing when there is no file, nor those of before. */
    Content read() {
        try (OwnedFd file = Fd.open(path, Fd.O_RDONLY, 0)) {
            return new Content(little(Fd.read(file.fd(), BYTES, path)));
        } catch (SyscallException e) {
            if (e.errno() == Errno.ENOENT) {
                return new Content(little(ofThreeFiles()));
            }
            throw e;
        }
    }

    /** Agents of before this file wrote the same to {@code pid}, {@code status} and {@code running}; nothing without them. */
    private byte[] ofThreeFiles() {
        byte[] pid = number("pid");
        if (pid.length < Integer.BYTES) {
            return pid;
        }
        byte[] status = number("status");
        Properties running =
                new CheckpointFiles(path.getParent()).load("running").orElse(null);
        byte[] all = new byte[running == null ? STARTED : BYTES];
        ByteBuffer content = little(all);
        content.put(pid);
        content.putInt(status.length < Integer.BYTES ? NONE : little(status).getInt());
        if (running != null) {
            put(
                    content,
                    Long.parseLong(running.getProperty("start_time")),
                    Double.parseDouble(running.getProperty("started")),
                    running.getProperty("boot_id"));
        }
        return all;
    }

    private byte[] number(String name) {
        Path file = path.resolveSibling(name);
        try (OwnedFd open = Fd.open(file, Fd.O_RDONLY, 0)) {
            return Fd.read(open.fd(), Integer.BYTES, file);
        } catch (SyscallException e) {
            if (e.errno() == Errno.ENOENT) {
                return new byte[0];
            }
            throw e;
        }
    }

    private static void put(ByteBuffer part, long startTime, double started, String bootId) {
        byte[] boot = bootId.getBytes(StandardCharsets.US_ASCII);
        part.putLong(startTime).putDouble(started).put(boot, 0, Math.min(boot.length, BYTES - BOOT_ID));
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Its bytes. */
    record Content(ByteBuffer bytes) {
        /** Empty before the child ran. */
        OptionalInt pid() {
            return bytes.limit() < STARTED || bytes.getInt(0) == 0
                    ? OptionalInt.empty()
                    : OptionalInt.of(bytes.getInt(0));
        }

        /** Empty before the task ended. */
        OptionalInt waitStatus() {
            return bytes.limit() < STARTED || bytes.getInt(STATUS) == NONE
                    ? OptionalInt.empty()
                    : OptionalInt.of(bytes.getInt(STATUS));
        }

        /** Empty before the task's program was executed, and where the agent died before it knew. */
        Optional<Checkpoint.Running> running() {
            if (bytes.limit() < BYTES) {
                return Optional.empty();
            }
            byte[] boot = new byte[BYTES - BOOT_ID];
            bytes.get(BOOT_ID, boot);
            return Optional.of(new Checkpoint.Running(
                    bytes.getInt(0),
                    bytes.getLong(STARTED),
                    new String(boot, StandardCharsets.US_ASCII).replace("\0", ""),
                    bytes.getDouble(STARTED + Long.BYTES)));
        }
    }
}
