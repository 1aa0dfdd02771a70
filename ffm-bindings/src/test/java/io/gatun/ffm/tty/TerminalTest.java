package io.gatun.ffm.tty;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TerminalTest {
    private static final Path PTMX = Path.of("/dev/ptmx");

    @Test
    void shouldOpenBothSidesOfATerminalAndSizeItsWindow() {
        assumeTrue(Files.exists(PTMX), "no /dev/ptmx");
        try (OwnedFd master = Fd.open(PTMX, Fd.O_RDWR | Terminal.O_NOCTTY, 0);
                Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(8, 8);
            assertThat(Syscall.IOCTL.invoke(master.fd(), Terminal.TIOCSPTLCK, word.address()))
                    .isZero();
            assertThat(Syscall.IOCTL.invoke(master.fd(), Terminal.TIOCGPTN, word.address()))
                    .isZero();
            int number = word.get(JAVA_INT, 0);
            long peer = Syscall.IOCTL.invoke(
                    master.fd(), Terminal.TIOCGPTPEER, Fd.O_RDWR | Terminal.O_NOCTTY | Fd.O_CLOEXEC);
            try (OwnedFd slave = new OwnedFd((int) Errno.check(peer, "ioctl TIOCGPTPEER", ""))) {
                assertThat(Path.of("/proc/self/fd/" + slave.fd()))
                        .isSymbolicLink()
                        .satisfies(
                                link -> assertThat(Files.readSymbolicLink(link)).hasToString("/dev/pts/" + number));
                Terminal.resize(master.fd(), 33, 101);
                assertThat(Syscall.IOCTL.invoke(slave.fd(), Terminal.TIOCGWINSZ, word.address()))
                        .isZero();
                assertThat(word.get(JAVA_SHORT, 0)).isEqualTo((short) 33);
                assertThat(word.get(JAVA_SHORT, 2)).isEqualTo((short) 101);
            }
        }
    }

    @Test
    void shouldRefuseAWindowThatNoTerminalHas() {
        assertThatThrownBy(() -> Terminal.windowSize(24, 70_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window size 24x70000: rows and columns must be 0 to 65535");
    }
}
