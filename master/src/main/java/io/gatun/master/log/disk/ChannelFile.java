package io.gatun.master.log.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file on a disk. It is not mapped: a mapped file that is shorter than it was ends the process with SIGBUS. */
final class ChannelFile implements ReadableFile {
    private final Path path;
    private final FileChannel channel;

    ChannelFile(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    /** The file, or an empty one when it is not there: then whatever should be in it is missing. */
    static ReadableFile openOrAbsent(Path path) throws IOException {
        try {
            return new ChannelFile(path);
        } catch (NoSuchFileException e) {
            return new Absent(path.toString());
        }
    }

    private record Absent(String name) implements ReadableFile {
        @Override
        public long size() {
            return 0;
        }

        @Override
        public void read(long position, ByteBuffer into) {}

        @Override
        public void close() {}
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                return;
            }
            at += count;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
