package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.isolator.Limits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** States, checkpoints and words: what needs no kernel. */
@Timeout(120)
class LifeTest {
    private static final Termination END =
            new Termination("a", 9, Optional.of(Limitation.MEMORY), "Memory limit\nexceeded \\ really");

    @TempDir
    Path directory;

    @Test
    void shouldRefuseAStepBack() {
        Life ended = new Life.Ended(END);
        assertThatThrownBy(() -> ended.to("a", new Life.Launching()))
                .hasMessage("container a: Ended cannot become Launching");
        assertThatThrownBy(() -> ended.to("a", ended)).hasMessage("container a: Ended cannot become Ended");
        assertThat(new Life.Launching().to("a", ended)).isEqualTo(ended);
        assertThat(new Life.Provisioning().to("a", new Life.Launching())).isEqualTo(new Life.Launching());
    }

    @Test
    void shouldStopOnlyWhatRuns() {
        Entry entry = new Entry("a", Limits.NONE, new Checkpoint(directory));
        assertThat(entry.unwanted()).isFalse();
        assertThat(entry.stop()).isInstanceOf(Life.Provisioning.class);
        assertThat(entry.unwanted()).as("its launch fails").isTrue();
        entry.become(new Life.Launching());
        assertThat(entry.launching()).isTrue();
        assertThat(entry.stop()).isInstanceOf(Life.Launching.class);
        entry.become(new Life.Ended(END));
        assertThat(entry.stop()).isInstanceOf(Life.Ended.class);
    }

    @Test
    void shouldKeepATermination() {
        Checkpoint checkpoint = new Checkpoint(directory.resolve("a"));
        assertThat(directory.resolve("a").toFile().mkdir()).isTrue();
        assertThat(checkpoint.termination()).isEmpty();
        checkpoint.terminated(END);
        assertThat(checkpoint.termination()).contains(END);
    }

    @Test
    void shouldKeepWhoRuns() {
        Checkpoint checkpoint = new Checkpoint(directory);
        Checkpoint.Running self = new Checkpoint.Running(
                ProcessHandle.current().pid(),
                Proc.startTime(ProcessHandle.current().pid()).orElseThrow(),
                Proc.bootId(),
                1.5e9);
        try (OwnedFd file = checkpoint.createInitFile()) {
            assertThat(checkpoint.childPid()).isEmpty();
            Fd.write(file.fd(), number((int) self.pid()), "pid");
            assertThat(checkpoint.childPid()).hasValue((int) self.pid());
            assertThat(checkpoint.running()).isEmpty();
            checkpoint.running(file, self);
        }
        assertThat(checkpoint.running()).contains(self);
        assertThat(self.alive()).isTrue();
        assertThat(new Checkpoint.Running(self.pid(), self.startTime() + 1, self.bootId(), 0).alive())
                .as("the id was reused")
                .isFalse();
        assertThat(new Checkpoint.Running(self.pid(), self.startTime(), "another boot", 0).alive())
                .isFalse();
    }

    /** What the child, the init and the agent write ends up each in its place, in whatever order the last two come. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKeepWhatATaskEndedWith(boolean knownFirst) {
        Checkpoint checkpoint = new Checkpoint(directory);
        Checkpoint.Running running = new Checkpoint.Running(4711, 1L << 40, knownFirst ? Proc.bootId() : "", 1.5e9);
        assertThat(checkpoint.waitStatus()).as("without a file").isEmpty();
        try (OwnedFd file = checkpoint.createInitFile()) {
            Fd.write(file.fd(), number(4711), "pid");
            assertThat(checkpoint.waitStatus()).isEmpty();
            if (knownFirst) {
                checkpoint.running(file, running);
                assertThat(checkpoint.waitStatus()).isEmpty();
            }
            Fd.write(file.fd(), number(3 << 8), "status");
            assertThat(checkpoint.waitStatus()).hasValue(3 << 8);
            if (!knownFirst) {
                assertThat(checkpoint.running()).isEmpty();
                checkpoint.running(file, running);
            }
        }
        assertThat(checkpoint.childPid()).hasValue(4711);
        assertThat(checkpoint.waitStatus()).hasValue(3 << 8);
        assertThat(checkpoint.running()).contains(running);
        checkpoint.delete();
        assertThat(directory).doesNotExist();
        assertThat(Files.exists(directory.getParent())).isTrue();
    }

    @Test
    void shouldTakeSuccessForAStatus() {
        Checkpoint checkpoint = new Checkpoint(directory);
        try (OwnedFd file = checkpoint.createInitFile()) {
            Fd.write(file.fd(), number(4711), "pid");
            Fd.write(file.fd(), number(0), "status");
        }
        assertThat(checkpoint.waitStatus()).hasValue(0);
    }

    /** A container that runs while its agent is exchanged for a newer one. */
    @Test
    void shouldReadTheThreeFilesOfOlderAgents() throws java.io.IOException {
        Checkpoint checkpoint = new Checkpoint(directory);
        Files.write(directory.resolve("pid"), number(4711));
        Files.write(directory.resolve("status"), new byte[0]);
        assertThat(checkpoint.childPid()).hasValue(4711);
        assertThat(checkpoint.waitStatus()).isEmpty();
        assertThat(checkpoint.running()).isEmpty();

        Files.writeString(
                directory.resolve("running"),
                "boot_id=%s\npid=4711\nstart_time=815\nstarted=1.5E9\n".formatted(Proc.bootId()));
        assertThat(checkpoint.waitStatus()).isEmpty();
        assertThat(checkpoint.running()).contains(new Checkpoint.Running(4711, 815, Proc.bootId(), 1.5e9));

        Files.write(directory.resolve("status"), number(3 << 8));
        assertThat(checkpoint.waitStatus()).hasValue(3 << 8);
        checkpoint.delete();
        assertThat(directory).doesNotExist();
    }

    /** An agent that died between making the file and writing to it. */
    @Test
    void shouldTakeAnEmptyFileForNothing() throws java.io.IOException {
        Files.write(directory.resolve("init"), new byte[0]);
        Checkpoint checkpoint = new Checkpoint(directory);
        assertThat(checkpoint.childPid()).isEmpty();
        assertThat(checkpoint.waitStatus()).isEmpty();
        assertThat(checkpoint.running()).isEmpty();
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array();
    }

    @Test
    void shouldSayHowATaskEnded() {
        assertThat(Ending.describe(0)).isEqualTo("exited with status 0");
        assertThat(Ending.describe(256 * 127)).isEqualTo("exited with status 127");
        assertThat(Ending.describe(11 | 0x80)).as("with a core").isEqualTo("terminated by signal 11");
        assertThat(Ending.describe(-1)).isEqualTo("ended, with a status that nobody could record");
    }

    @Test
    void shouldRefuseARootOutsideOfTheHierarchy() {
        assertThatThrownBy(() -> new ContainerizerConfig(directory, "../etc", true))
                .hasMessageStartingWith("cgroups_root=../etc: must be a relative path");
        assertThatThrownBy(() -> new ContainerizerConfig(Path.of("run"), "gatun", true))
                .hasMessage("runtime_dir=run: must be absolute");
    }
}
