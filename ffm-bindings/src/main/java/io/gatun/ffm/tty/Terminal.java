package io.gatun.ffm.tty;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The calls of a pseudo-terminal, pty(7): their numbers for records, and those that an agent makes on the master side
 * afterwards; ioctl_tty(2), asm-generic/ioctls.h. The same numbers on x86-64 and aarch64.
 */
public final class Terminal {
    /** Makes the terminal the controlling one of the calling session leader; the argument 0 does not steal it. */
    public static final int TIOCSCTTY = 0x540E;
    /** {@code struct winsize *}: the window's size. */
    public static final int TIOCGWINSZ = 0x5413;
    /** {@code const struct winsize *}: sets it; SIGWINCH goes to the foreground process group when it changed. */
    public static final int TIOCSWINSZ = 0x5414;
    /** {@code unsigned int *}: the number of a master's slave below devpts. */
    public static final int TIOCGPTN = 0x8004_5430;
    /** {@code const int *}: 0 unlocks the slave, which is born locked. */
    public static final int TIOCSPTLCK = 0x4004_5431;
    /** open(2) flags: opens the slave of a master, whatever is mounted where; Linux 4.13. */
    public static final int TIOCGPTPEER = 0x5441;
    /** open(2) flag: the terminal does not become the controlling one; asm-generic/fcntl.h. */
    public static final int O_NOCTTY = 0x100;
    /** What a terminal turns into the end of the input when it is typed on an empty line: Ctrl-D, VEOF of termios(3). */
    public static final byte END_OF_INPUT = 4;

    private static final int MAX_CELLS = 0xffff;

    private Terminal() {}

    /**
     * struct winsize as one 64-bit word: rows, columns, and two sizes in pixels that nobody uses, 16 bits each.
     *
     * @param rows 0 to 65535
     * @param columns 0 to 65535
     */
    public static long windowSize(int rows, int columns) {
        if (rows < 0 || rows > MAX_CELLS || columns < 0 || columns > MAX_CELLS) {
            throw new IllegalArgumentException(
                    "window size " + rows + "x" + columns + ": rows and columns must be 0 to " + MAX_CELLS);
        }
        return (long) columns << 16 | rows;
    }

    /**
     * TIOCSWINSZ.
     *
     * @param master of the pseudo-terminal
     * @throws SyscallException ENOTTY
     */
    public static void resize(int master, int rows, int columns) {
        long size = windowSize(rows, columns);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocateFrom(JAVA_LONG, size);
            Errno.check(Syscall.IOCTL.invoke(master, TIOCSWINSZ, argument.address()), "ioctl TIOCSWINSZ", "");
        }
    }
}
