package io.gatun.ffm.pipe;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PipesTest {
    private static final byte[] TEXT = "one\ntwo\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    @Test
    void shouldNotWaitForAReaderOrAWriter() {
        try (Fd.Pipe pipe = Fd.pipe();
                Arena arena = Arena.ofConfined()) {
            Pipes.nonBlocking(pipe.read().fd());
            Pipes.nonBlocking(pipe.write().fd());
            MemorySegment buffer = arena.allocate(1 << 20);
            assertThat(Pipes.read(pipe.read().fd(), buffer)).isEqualTo(-Errno.EAGAIN);
            assertThat(Pipes.write(pipe.write().fd(), buffer)).isEqualTo(1 << 16);
            assertThat(Pipes.write(pipe.write().fd(), buffer)).isEqualTo(-Errno.EAGAIN);
            pipe.read().close();
            assertThat(Pipes.write(pipe.write().fd(), buffer)).isEqualTo(-Errno.EPIPE);
        }
    }

    @Test
    void shouldLookAtAPipeAndThenMoveSomeOfItToAFile() throws IOException {
        Path file = directory.resolve("file");
        try (Fd.Pipe pipe = Fd.pipe();
                Fd.Pipe copy = Fd.pipe();
                OwnedFd out = Fd.open(file, Fd.O_WRONLY | Fd.O_CREAT, 0600);
                Arena arena = Arena.ofConfined()) {
            Fd.write(pipe.write().fd(), TEXT, "pipe");
            assertThat(Pipes.tee(pipe.read().fd(), copy.write().fd(), 100)).isEqualTo(TEXT.length);
            MemorySegment seen = arena.allocate(100);
            assertThat(Pipes.read(copy.read().fd(), seen)).isEqualTo(TEXT.length);
            assertThat(seen.asSlice(0, TEXT.length).toArray(JAVA_BYTE)).isEqualTo(TEXT);
            assertThat(Pipes.splice(pipe.read().fd(), out.fd(), 4)).isEqualTo(4);
            assertThat(Files.readString(file)).isEqualTo("one\n");
            assertThat(Pipes.splice(pipe.read().fd(), out.fd(), 100)).isEqualTo(4);
            assertThat(Pipes.splice(pipe.read().fd(), out.fd(), 100)).isEqualTo(-Errno.EAGAIN);
            pipe.write().close();
            assertThat(Pipes.splice(pipe.read().fd(), out.fd(), 100)).isZero();
            assertThat(Pipes.seekEnd(out.fd(), file)).isEqualTo(TEXT.length);
            assertThatThrownBy(() -> Pipes.seekEnd(pipe.read().fd(), "pipe"))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("lseek pipe: ESPIPE");
        }
    }

    @Test
    void shouldConnectTwoSockets() {
        try (Pipes.Pair pair = Pipes.socketPair()) {
            Fd.write(pair.ours().fd(), TEXT, "ours");
            assertThat(Fd.read(pair.theirs().fd(), TEXT.length, "theirs")).isEqualTo(TEXT);
        }
    }
}
