package io.gatun.ffm.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Errno;
import io.gatun.ffm.Fd;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.mount.OpenHow;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each call once, seen through the JDK's own eyes. */
class FileCallsTest {
    @TempDir
    Path base;

    private OwnedFd directory;

    @BeforeEach
    void open() {
        directory = At.openDirectory(Fd.AT_FDCWD, base.toString());
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void shouldMakeEveryKindOfFile() throws IOException {
        assertThat(At.tryMkdir(directory.fd(), "d", 0700)).isZero();
        assertThat(At.tryMkdir(directory.fd(), "d", 0700)).isEqualTo(-Errno.EEXIST);
        assertThat(At.trySymlink("some/where", directory.fd(), "l")).isZero();
        assertThat(At.tryMakeNode(directory.fd(), "p", FileStat.S_IFIFO | 0600)).isZero();
        assertThat(At.tryMakeNode(directory.fd(), "w", FileStat.S_IFCHR)).isZero();
        Files.writeString(base.resolve("f"), "content");
        assertThat(At.tryLink(directory.fd(), "f", directory.fd(), "h")).isZero();
        assertThat(Files.readSymbolicLink(base.resolve("l"))).hasToString("some/where");
        assertThat(At.readLink(directory.fd(), "l")).isEqualTo("some/where");
        assertThat(base.resolve("h")).hasContent("content");
        assertThat(FileStat.of(directory.fd(), "w"))
                .hasValueSatisfying(stat -> assertThat(stat.isWhiteout()).isTrue());
        assertThat(FileStat.of(directory.fd(), "f")).hasValueSatisfying(stat -> {
            assertThat(stat.links()).isEqualTo(2);
            assertThat(stat.sizeBytes()).isEqualTo(7);
            assertThat(stat.isRegular()).isTrue();
            assertThat(stat.isWhiteout()).isFalse();
        });
        assertThat(FileStat.of(directory.fd(), "none")).isEmpty();
        try (OwnedFd again = At.openDirectory(Fd.AT_FDCWD, base.toString())) {
            assertThat(Directory.list(again.fd(), base))
                    .extracting(Directory.Entry::name)
                    .containsExactlyInAnyOrder("d", "l", "p", "w", "f", "h");
        }
    }

    @Test
    void shouldSetAttributes() throws IOException {
        Files.writeString(base.resolve("f"), "content");
        assertThat(At.trySymlink("f", directory.fd(), "l")).isZero();
        int uid = (int) Files.getAttribute(base.resolve("f"), "unix:uid");
        int gid = (int) Files.getAttribute(base.resolve("f"), "unix:gid");
        At.chown(directory.fd(), "f", uid, gid);
        At.chmod(directory.fd(), "f", 04751);
        At.setTimes(directory.fd(), "l", -5, 7);
        At.setTimes(directory.fd(), "f", 1_000_000_000, 123_456_789);
        FileStat stat = FileStat.of(directory.fd(), "f").orElseThrow();
        assertThat(stat.permissions()).isEqualTo(04751);
        assertThat(stat.uid()).isEqualTo(uid);
        assertThat(stat.gid()).isEqualTo(gid);
        assertThat(stat.mtimeSeconds()).isEqualTo(1_000_000_000);
        assertThat(stat.mtimeNanos()).isEqualTo(123_456_789);
        assertThat(FileStat.of(directory.fd(), "l").orElseThrow().mtimeSeconds())
                .isEqualTo(-5);
    }

    @Test
    void shouldWriteAtOffsetsAndLeaveHoles() throws IOException {
        try (OwnedFd file = new OpenHow(Fd.O_RDWR | Fd.O_CREAT, 0600, 0).open(directory.fd(), "sparse");
                Arena arena = Arena.ofConfined()) {
            MemorySegment end =
                    arena.allocateFrom("end", StandardCharsets.US_ASCII).asSlice(0, 3);
            OpenFile.write(file.fd(), end, 10 << 20, "sparse");
            OpenFile.truncate(file.fd(), 11 << 20, "sparse");
            OpenFile.chmod(file.fd(), 0604, "sparse");
            OpenFile.setTimes(file.fd(), 77, 8, "sparse");
            OpenFile.sync(file.fd(), "sparse");
            OpenFile.syncFileSystem(file.fd(), "sparse");
            FileStat stat = FileStat.of(file.fd());
            OpenFile.chown(file.fd(), stat.uid(), stat.gid(), "sparse");
            assertThat(stat.sizeBytes()).isEqualTo(11 << 20);
            assertThat(stat.allocatedBytes()).isLessThan(1 << 20);
            assertThat(stat.permissions()).isEqualTo(0604);
            assertThat(stat.mtimeSeconds()).isEqualTo(77);
        }
        byte[] content = Files.readAllBytes(base.resolve("sparse"));
        assertThat(new String(content, 10 << 20, 3, StandardCharsets.US_ASCII)).isEqualTo("end");
    }

    @Test
    void shouldCopyWithinTheKernelOrSayThatItCannot() throws IOException {
        byte[] content = new byte[300_000];
        new java.util.Random(1).nextBytes(content);
        Files.write(base.resolve("from"), content);
        try (OwnedFd from = Fd.open(base.resolve("from"), Fd.O_RDONLY, 0);
                OwnedFd to = Fd.open(base.resolve("to"), Fd.O_WRONLY | Fd.O_CREAT, 0600)) {
            if (OpenFile.copy(from.fd(), to.fd(), content.length, "to")) {
                assertThat(base.resolve("to")).hasBinaryContent(content);
            } else {
                assertThat(base.resolve("to")).isEmptyFile();
            }
        }
    }

    @Test
    void shouldKeepTheBytesOfExtendedAttributes() throws IOException {
        byte[] value = HexFormat.of().parseHex("00ff80c328");
        Files.writeString(base.resolve("f"), "");
        try (OwnedFd file = Fd.open(base.resolve("f"), Fd.O_RDONLY, 0)) {
            assertThat(OpenFile.getXattr(file.fd(), "user.none", "f")).isEmpty();
            org.junit.jupiter.api.Assumptions.assumeTrue(
                    OpenFile.trySetXattr(file.fd(), "user.test", value) == 0,
                    "the file system of " + base + " has no user attributes");
            assertThat(OpenFile.getXattr(file.fd(), "user.test", "f")).contains(value);
            assertThat(OpenFile.listXattrs(file.fd(), "f")).contains("user.test");
        }
    }

    @Test
    void shouldNotBeLedOutOfADirectory() throws IOException {
        Files.createSymbolicLink(base.resolve("out"), Path.of("/etc"));
        OpenHow how = new OpenHow(Fd.O_RDONLY, 0, OpenHow.RESOLVE_BENEATH);
        assertThat(how.tryOpen(directory.fd(), "out/passwd")).isEqualTo(-Errno.EXDEV);
        assertThatThrownBy(() -> how.open(directory.fd(), "../x"))
                .isInstanceOf(SyscallException.class)
                .hasMessage("openat2 ../x: EXDEV (Invalid cross-device link)");
        assertThatThrownBy(() -> At.openDirectory(directory.fd(), "out")).hasMessageContaining("ENOTDIR");
    }

    /** Deeper than a path can say and a stack can follow; links out of it lead nowhere. */
    @Test
    void shouldRemoveATreeOfAnyDepth() throws IOException {
        Path outside = Files.writeString(base.resolve("outside"), "kept");
        Files.createDirectory(base.resolve("tree"));
        OwnedFd current = At.openDirectory(directory.fd(), "tree");
        for (int i = 0; i < 3000; i++) {
            assertThat(At.trySymlink(base.toString(), current.fd(), "link")).isZero();
            assertThat(At.tryMkdir(current.fd(), "d", 0500)).isZero();
            assertThat(At.tryMkdir(current.fd(), "e", 0700)).isZero();
            OwnedFd next = At.openDirectory(current.fd(), "d");
            OpenFile.chmod(next.fd(), 0700, "d");
            current.close();
            current = next;
        }
        current.close();
        TreeRemoval.remove(base.resolve("tree"));
        TreeRemoval.remove(base.resolve("tree"));
        assertThat(base.resolve("tree")).doesNotExist();
        assertThat(outside).hasContent("kept");
        TreeRemoval.remove(outside);
        assertThat(outside).doesNotExist();
    }

    @Test
    void shouldListMoreNamesThanOneCallReturns() throws IOException {
        for (int i = 0; i < 2000; i++) {
            Files.createFile(base.resolve("a-name-of-some-length-" + i));
        }
        assertThat(Directory.list(directory.fd(), base)).hasSize(2000);
    }
}
