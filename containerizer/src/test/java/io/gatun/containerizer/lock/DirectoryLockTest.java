package io.gatun.containerizer.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DirectoryLockTest {
    private static final Path FLOCK = Path.of("/usr/bin/flock");

    @TempDir
    Path directory;

    @Test
    void shouldBeHadByOneOnly() {
        try (OwnedFd held = DirectoryLock.take(directory).orElseThrow()) {
            assertThat(held.isClosed()).isFalse();
            assertThat(DirectoryLock.take(directory)).isEmpty();
        }
        DirectoryLock.take(directory).orElseThrow().close();
    }

    @Test
    void shouldNameADirectoryThatIsNotThere() {
        assertThatThrownBy(() -> DirectoryLock.take(directory.resolve("none")))
                .isInstanceOf(SyscallException.class)
                .hasMessage("open " + directory.resolve("none") + ": ENOENT (No such file or directory)");
    }

    /** A child of one that was killed has the lock, for longer than one that lives would be waited for. */
    @Test
    void shouldWaitForTheChildrenOfOneThatIsDead() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(FLOCK), FLOCK + " is missing: package util-linux");
        Path locked = Files.createDirectory(directory.resolve("locked"));
        Path go = directory.resolve("go");
        Process holder = new ProcessBuilder(
                        FLOCK.toString(),
                        locked.toString(),
                        "sh",
                        "-c",
                        "echo held; while [ ! -e " + go + " ]; do sleep 0.02; done")
                .start();
        assertThat(holder.inputReader().readLine()).isEqualTo("held");
        holder.destroyForcibly().waitFor();
        CompletableFuture<Optional<OwnedFd>> taken = CompletableFuture.supplyAsync(() -> DirectoryLock.take(locked));
        Thread.sleep(1_500);
        assertThat(taken).as("neither taken nor given up").isNotDone();
        Files.createFile(go);
        taken.join().orElseThrow().close();
    }
}
