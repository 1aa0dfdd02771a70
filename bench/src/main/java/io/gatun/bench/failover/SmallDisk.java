package io.gatun.bench.failover;

import io.gatun.bench.BenchException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** An ext4 file system of its own in a file, so that a full disk is that of one master only. */
final class SmallDisk implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 16;

    private final Path mountPoint;
    private final Path ballast;

    private SmallDisk(Path mountPoint) {
        this.mountPoint = mountPoint;
        this.ballast = mountPoint.resolve("ballast");
    }

    /** Makes and mounts it; visible in this process' mount namespace. */
    static SmallDisk mount(Path image, Path mountPoint, long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        Files.createDirectories(mountPoint);
        // No blocks that only root may use: the masters here are root.
        run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        run("mount", "-o", "loop", image.toString(), mountPoint.toString());
        return new SmallDisk(mountPoint);
    }

    Path path() {
        return mountPoint;
    }

    /** Takes all that is free. */
    void fill() {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
            file.seek(file.length());
            // ext4 gives what it has of a chunk and refuses the next: ever smaller ones until not even a block is left.
            for (int bytes = CHUNK_BYTES; bytes >= 1; bytes /= 2) {
                writeAll(file, chunk, bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("fill " + mountPoint, e);
        }
    }

    private static void writeAll(RandomAccessFile file, byte[] chunk, int bytes) {
        try {
            while (true) {
                file.write(chunk, 0, bytes);
            }
        } catch (IOException expected) {
            // ENOSPC: what this is for.
        }
    }

    /** Gives it back. */
    void free() {
        try {
            Files.deleteIfExists(ballast);
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + ballast, e);
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            int status = process.waitFor();
            if (status != 0) {
                throw new BenchException(String.join(" ", command) + ": status " + status + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            throw Role.interrupted(e);
        }
    }

    @Override
    public void close() {
        try {
            run("umount", "--lazy", mountPoint.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("umount " + mountPoint, e);
        }
    }
}
