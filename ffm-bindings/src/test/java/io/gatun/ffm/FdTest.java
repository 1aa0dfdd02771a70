package io.gatun.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdTest {
    @TempDir
    Path directory;

    @Test
    void shouldWriteAndReadAFile() throws IOException {
        Path file = directory.resolve("file");
        try (OwnedFd fd = Fd.open(file, Fd.O_WRONLY | Fd.O_CREAT, 0640)) {
            Fd.write(fd.fd(), "lift".getBytes(StandardCharsets.US_ASCII), file);
        }
        assertThat(file).hasContent("lift");
        try (OwnedFd fd = Fd.open(file, Fd.O_RDONLY, 0)) {
            assertThat(Fd.read(fd.fd(), 100, file))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo("lift");
        }
    }

    @Test
    void shouldNameTheFileThatCannotBeOpened() {
        assertThatThrownBy(() -> Fd.open(Path.of("/nowhere/file"), Fd.O_RDONLY, 0))
                .isInstanceOf(SyscallException.class)
                .hasMessage("open /nowhere/file: ENOENT (No such file or directory)");
    }

    @Test
    void shouldOpenNothingThatAnExecutedProgramWouldInherit() throws IOException {
        try (Fd.Pipe pipe = Fd.pipe()) {
            String info =
                    Files.readString(Path.of("/proc/self/fdinfo/" + pipe.read().fd()));
            assertThat(info).containsPattern("flags:\\s+02000000");
        }
    }

    @Test
    void shouldTellWhenAPipeIsReadable() {
        try (Fd.Pipe pipe = Fd.pipe()) {
            assertThat(Fd.awaitReadable(pipe.read().fd(), 0)).isFalse();
            Fd.write(pipe.write().fd(), new byte[] {1}, "pipe");
            assertThat(Fd.awaitReadable(pipe.read().fd(), 0)).isTrue();
            assertThat(Fd.read(pipe.read().fd(), 1, "pipe")).containsExactly(1);
            pipe.write().close();
            assertThat(Fd.awaitReadable(pipe.read().fd(), 0)).isTrue();
            assertThat(Fd.read(pipe.read().fd(), 1, "pipe")).isEmpty();
        }
    }

    @Test
    void shouldLockADirectoryForOneOpenFileDescription() {
        int flags = Fd.O_RDONLY | Fd.oDirectory(Arch.current());
        try (OwnedFd second = Fd.open(directory, flags, 0)) {
            try (OwnedFd first = Fd.open(directory, flags, 0)) {
                assertThat(Fd.tryLock(first.fd(), directory)).isTrue();
                assertThat(Fd.tryLock(second.fd(), directory)).isFalse();
            }
            assertThat(Fd.tryLock(second.fd(), directory)).isTrue();
        }
    }

    @Test
    void shouldRefuseALinkWithNofollow() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
        int flags = Fd.O_WRONLY | Fd.O_CREAT | Fd.oNofollow(Arch.current());
        assertThatThrownBy(() -> Fd.open(link, flags, 0600))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
    }

    @Test
    void shouldCloseOnce() {
        Fd.Pipe pipe = Fd.pipe();
        pipe.close();
        pipe.close();
        assertThat(pipe.read().isClosed()).isTrue();
        assertThatThrownBy(() -> pipe.read().fd()).isInstanceOf(IllegalStateException.class);
    }
}
