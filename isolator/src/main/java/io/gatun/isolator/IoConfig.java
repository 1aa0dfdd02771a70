package io.gatun.isolator;

import java.util.Objects;
import java.util.Optional;

/**
 * Where a container's standard streams lead.
 *
 * @param terminal a pseudo-terminal for all three
 * @param pipedInput whether standard input comes from whoever attaches, instead of /dev/null; output can be attached to
 *     then, too
 * @param files whether output is written to the container's stdout and stderr files
 * @param rotation bounds these files; output goes through the agent then
 */
public record IoConfig(Optional<Terminal> terminal, boolean pipedInput, boolean files, Optional<Rotation> rotation) {
    /** Input from /dev/null, output to files that the container itself has open. */
    public static final IoConfig DEFAULT = new IoConfig(Optional.empty(), false);

    public IoConfig {
        Objects.requireNonNull(terminal, "terminal");
        Objects.requireNonNull(rotation, "rotation");
        if (!files && terminal.isEmpty() && !pipedInput) {
            throw new IllegalArgumentException("io.files=false: must be true without a terminal or piped input");
        }
        if (!files && rotation.isPresent()) {
            throw new IllegalArgumentException("io.rotation=" + rotation.get() + ": needs io.files");
        }
    }

    /** With files that only grow. */
    public IoConfig(Optional<Terminal> terminal, boolean pipedInput) {
        this(terminal, pipedInput, true, Optional.empty());
    }

    /** The same with bounded files. */
    public IoConfig with(Rotation newRotation) {
        return new IoConfig(terminal, pipedInput, files, Optional.of(newRotation));
    }

    /** Whether somebody can attach to the streams. */
    public boolean attachable() {
        return terminal.isPresent() || pipedInput;
    }

    /** Whether the agent is between the container and the files: an attachable or bounded one. */
    public boolean throughAgent() {
        return attachable() || rotation.isPresent();
    }

    /**
     * A terminal's size; ioctl_tty(2), TIOCSWINSZ.
     *
     * @param rows 0 to 65535
     * @param columns 0 to 65535
     */
    public record Terminal(int rows, int columns) {
        private static final int MAX = 65_535;

        public Terminal {
            if (rows < 0 || rows > MAX || columns < 0 || columns > MAX) {
                throw new IllegalArgumentException(
                        "terminal.rows=" + rows + ", terminal.columns=" + columns + ": must be 0 to " + MAX);
            }
        }
    }

    /**
     * Bounds of an output file: when it is full it becomes {@code stdout.1}, that one {@code stdout.2}, and so on. Files
     * end with whole lines; a file may exceed its size by the rest of the line that began in it.
     *
     * @param maxBytes of one file, at least 4096
     * @param maxFiles kept, the current one included, 1 to 1000
     */
    public record Rotation(long maxBytes, int maxFiles) {
        private static final long MIN_BYTES = 4096;
        private static final int MAX_FILES = 1000;

        public Rotation {
            if (maxBytes < MIN_BYTES) {
                throw new IllegalArgumentException("rotation.maxBytes=" + maxBytes + ": must be at least " + MIN_BYTES);
            }
            if (maxFiles < 1 || maxFiles > MAX_FILES) {
                throw new IllegalArgumentException("rotation.maxFiles=" + maxFiles + ": must be 1 to " + MAX_FILES);
            }
        }
    }
}
