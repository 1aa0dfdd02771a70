package io.gatun.agent.store;

import java.nio.file.Path;

/** A checkpoint holds what we never write. The message names the file, the place and what is wrong with it. */
public final class CorruptFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    public CorruptFileException(Path file, long offset, String why) {
        super(file + ": corrupt at byte " + offset + ": " + why);
        this.file = file;
    }

    /** The file; null after deserialization. */
    public Path file() {
        return file;
    }
}
