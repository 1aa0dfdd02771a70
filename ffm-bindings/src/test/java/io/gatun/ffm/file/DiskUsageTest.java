package io.gatun.ffm.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.SyscallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walk against du(1), and against trees that are made to confuse it. */
class DiskUsageTest {
    @TempDir
    Path directory;

    private static long du(Path root, String... options) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("du", "-s", "-x", "--block-size=1");
        builder.command().addAll(java.util.List.of(options));
        builder.command().add(root.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return Long.parseLong(output.split("\t", -1)[0]);
    }

    private Path file(String name, int bytes) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        // Synced: blocks of ext4 and xfs are allocated when they are written back, which must not happen between two
        // looks.
        return Files.write(
                file,
                new byte[bytes],
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                bytes > 0 ? StandardOpenOption.SYNC : StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Test
    void shouldCountWhatDuCounts() throws IOException, InterruptedException {
        file("a", 100_000);
        file("b/c", 1);
        file("b/d/e", 300_000);
        Files.createLink(directory.resolve("b/link"), directory.resolve("a"));
        Files.createSymbolicLink(directory.resolve("b/symlink"), Path.of("/usr"));
        for (int i = 0; i < 2000; i++) {
            file("many/" + "x".repeat(100) + i, 0);
        }
        assertThat(DiskUsage.of(directory, Set.of())).isEqualTo(du(directory)).isGreaterThan(400_000);
    }

    @Test
    void shouldLeaveOutWhatIsExcluded() throws IOException, InterruptedException {
        file("kept", 10_000);
        file("volume/big", 1_000_000);
        file("b/volume", 1_000);
        assertThat(DiskUsage.of(directory, Set.of(directory.resolve("volume"))))
                .isEqualTo(du(directory, "--exclude=" + directory.resolve("volume")))
                .isLessThan(1_000_000);
    }

    @Test
    void shouldCountAllocatedBlocksNotLengths() throws IOException {
        try (var sparse = Files.newByteChannel(
                directory.resolve("sparse"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            sparse.position(1L << 30);
            sparse.write(java.nio.ByteBuffer.wrap(new byte[] {1}));
        }
        assertThat(DiskUsage.of(directory, Set.of())).isLessThan(1 << 20);
    }

    @Test
    void shouldWalkDepthsBeyondPathAndDescriptorLimits() throws IOException, InterruptedException {
        // 3000 levels of 8 bytes are far beyond PATH_MAX; the shell goes down with cd -P and relative names.
        Process process = new ProcessBuilder("python3", "-c", """
                        import os
                        for i in range(3000):
                            os.mkdir('deeperrr'); os.mkdir('side'); os.chdir('deeperrr')
                        f = open('bottom', 'wb', 0); f.write(bytes(200000)); os.fsync(f.fileno())
                        """)
                .directory(directory.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        try {
            assertThat(DiskUsage.of(directory, Set.of()))
                    .isEqualTo(du(directory))
                    .isGreaterThan(200_000);
        } finally {
            // JUnit removes by path, which is too long here.
            assertThat(new ProcessBuilder(
                                    "rm", "-rf", directory.resolve("deeperrr").toString())
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    @Test
    void shouldNotFollowALinkInPlaceOfTheRoot() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/usr"));
        assertThatThrownBy(() -> DiskUsage.of(link, Set.of()))
                .isInstanceOf(SyscallException.class)
                .hasMessage("open " + link + ": ENOTDIR (Not a directory)");
    }

    @Test
    void shouldTellTheKindOfAFile() throws IOException {
        assertThat(FileStat.of(directory).isDirectory()).isTrue();
        FileStat file = FileStat.of(file("file", 5000));
        assertThat(file.isDirectory()).isFalse();
        assertThat(file.links()).isEqualTo(1);
        assertThat(file.inode()).isEqualTo(Files.getAttribute(directory.resolve("file"), "unix:ino"));
    }
}
