package io.gatun.master.log.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Copies of journals, to play crashes and damage with; holes in files stay holes. */
final class JournalCopies {
    private static final int PAGE_BYTES = 4096;

    private JournalCopies() {}

    /** Copies a journal as it is at this moment; at a later one when it removes something meanwhile. */
    static Path copy(Path from, Path into) throws IOException {
        while (true) {
            try {
                return attempt(from, into);
            } catch (NoSuchFileException e) {
                assertThat(Path.of(e.getFile())).doesNotExist();
            }
        }
    }

    private static Path attempt(Path from, Path into) throws IOException {
        Path to = Files.createTempDirectory(into, "copy");
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    copyFile(path, target);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return to;
    }

    private static void copyFile(Path from, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                RandomAccessFile out = new RandomAccessFile(to.toFile(), "rw")) {
            out.setLength(in.size());
            ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
            // Files of a journal are full at their beginning, then zeros: after some empty pages all are.
            int empty = 0;
            for (long at = 0; at < in.size() && empty < 32; at += PAGE_BYTES) {
                page.clear();
                in.read(page, at);
                page.flip();
                if (isZero(page)) {
                    empty++;
                } else {
                    empty = 0;
                    out.getChannel().write(page, at);
                }
            }
        }
    }

    private static boolean isZero(ByteBuffer page) {
        for (int i = 0; i < page.limit(); i++) {
            if (page.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
