package io.gatun.containerizer.image.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/** A directory of the operator's; the paths asked for are made of digests and fixed names. */
final class DirectoryTree implements FileTree {
    private final Path root;

    DirectoryTree(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public OptionalLong size(String path) throws IOException {
        Path file = root.resolve(path);
        return Files.isRegularFile(file) ? OptionalLong.of(Files.size(file)) : OptionalLong.empty();
    }

    @Override
    public InputStream open(String path, long offset) throws IOException {
        return Channels.newInputStream(
                FileChannel.open(root.resolve(path), StandardOpenOption.READ).position(offset));
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
