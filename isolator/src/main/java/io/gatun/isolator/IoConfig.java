package io.gatun.isolator;

import java.util.Optional;

/**
 * Where a container's standard streams lead.
 *
 * @param terminal a pseudo-terminal in place of files
 * @param pipedInput whether standard input comes from whoever attaches, instead of /dev/null
 */
public record IoConfig(Optional<Terminal> terminal, boolean pipedInput) {
    /** Input from /dev/null, output to files. */
    public static final IoConfig DEFAULT = new IoConfig(Optional.empty(), false);

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
}
