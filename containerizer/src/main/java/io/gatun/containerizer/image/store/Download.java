package io.gatun.containerizer.image.store;

import io.gatun.containerizer.image.spec.Descriptor;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.ImageSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blob into a file. What is in the file already, from before a broken connection or a crash, is hashed and kept, and
 * the rest asked for; if the whole then has another digest, it is fetched once from the start. Not thread-safe.
 */
final class Download {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);
    private static final int BUFFER_BYTES = 128 * 1024;

    private final Descriptor descriptor;
    private final ImageSource source;
    private final Path file;
    private final int maxTries;
    private final LongConsumer progress;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private MessageDigest hash;
    private long bytes;

    Download(Descriptor descriptor, ImageSource source, Path file, int maxTries, LongConsumer progress) {
        this.descriptor = descriptor;
        this.source = source;
        this.file = file;
        this.maxTries = maxTries;
        this.progress = progress;
    }

    /**
     * Fetches, verifies and forces to disk.
     *
     * @throws ImageException for a wrong digest or size; the file is gone then
     * @throws IOException when the source fails for good; what came stays for the next time
     */
    void run() throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            resume(channel);
            boolean resumed = bytes > 0;
            transfer(channel);
            Digest digest = descriptor.digest();
            byte[] found = hash.digest();
            if (resumed && !digest.matches(found)) {
                LOG.info("blob {}: what was left of an earlier transfer is not its beginning; from the start", digest);
                restart(channel);
                transfer(channel);
                found = hash.digest();
            }
            if (!digest.matches(found)) {
                throw wrong("is " + digest.algorithm() + ":" + HexFormat.of().formatHex(found));
            }
            channel.force(true);
        } catch (ImageException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private void resume(FileChannel channel) throws IOException {
        restartHash();
        if (channel.size() > descriptor.sizeBytes()) {
            channel.truncate(0);
        }
        ByteBuffer into = ByteBuffer.wrap(buffer);
        while (channel.read(into.clear()) > 0) {
            hash.update(buffer, 0, into.position());
            bytes += into.position();
        }
        progress.accept(bytes);
    }

    private void restart(FileChannel channel) throws IOException {
        channel.truncate(0);
        restartHash();
    }

    private void restartHash() {
        hash = descriptor.digest().start();
        bytes = 0;
    }

    private void transfer(FileChannel channel) throws IOException {
        int failures = 0;
        while (bytes < descriptor.sizeBytes()) {
            long before = bytes;
            try {
                receive(channel);
                if (bytes < descriptor.sizeBytes()) {
                    throw new IOException("ended after " + bytes + " of " + descriptor.sizeBytes() + " bytes");
                }
            } catch (InterruptedIOException | ClosedByInterruptException e) {
                throw e;
            } catch (IOException e) {
                failures = bytes > before ? 1 : failures + 1;
                if (failures >= maxTries) {
                    throw new IOException("blob " + descriptor.digest() + ": " + e.getMessage(), e);
                }
                LOG.info("blob {}: {}; continued at {}", descriptor.digest(), e.getMessage(), bytes);
            }
        }
    }

    private void receive(FileChannel channel) throws IOException {
        try (ImageSource.Blob blob = source.blob(descriptor, bytes)) {
            if (blob.offset() != bytes) {
                // The server does not do ranges.
                restart(channel);
            }
            channel.position(bytes);
            int n;
            while ((n = blob.stream().read(buffer)) >= 0) {
                if (bytes + n > descriptor.sizeBytes()) {
                    throw wrong("has more bytes than size=" + descriptor.sizeBytes());
                }
                write(channel, n);
                hash.update(buffer, 0, n);
                bytes += n;
                progress.accept(bytes);
            }
        }
    }

    private void write(FileChannel channel, int n) throws IOException {
        ByteBuffer data = ByteBuffer.wrap(buffer, 0, n);
        while (data.hasRemaining()) {
            channel.write(data);
        }
    }

    private ImageException wrong(String what) {
        return new ImageException("blob " + descriptor.digest() + ": what " + source.name() + " sent " + what);
    }
}
