package io.gatun.ffm.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.OwnedFd;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class MountKernelTest {
    @TempDir
    Path directory;

    @Test
    void shouldMountAndUnmount() throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"));
        Mount.mount("none", target.toString(), "tmpfs", Mount.MS_NOSUID | Mount.MS_NODEV, "size=64k");
        String line = Files.readString(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(mount -> mount.contains(" " + target + " "))
                .findFirst()
                .orElseThrow();
        assertThat(line).contains("rw,nosuid,nodev").contains(" - tmpfs none ").contains("size=64k");
        Mount.umount(target.toString(), 0);
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(" " + target + " ");
    }

    @Test
    void shouldNameTheTarget() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> Mount.mount("none", missing.toString(), "tmpfs", 0, ""))
                .hasMessage("mount " + missing + ": ENOENT (No such file or directory)");
        assertThatThrownBy(() -> Mount.umount(directory.toString(), Mount.MNT_DETACH))
                .hasMessage("umount2 " + directory + ": EINVAL (Invalid argument)");
    }

    @Test
    void shouldCloneATreeReadOnlyAndLetItGo() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        Files.writeString(source.resolve("file"), "seen");
        String before = Files.readString(Path.of("/proc/self/mountinfo"));
        try (OwnedFd tree = MountTree.open(source, true)) {
            MountTree.setAttributes(tree.fd(), true, MountAttr.MOUNT_ATTR_RDONLY, 0, source);
            Path clone = Path.of("/proc/self/fd/" + tree.fd());
            assertThat(clone.resolve("file")).hasContent("seen");
            assertThatThrownBy(() -> Files.writeString(clone.resolve("other"), ""))
                    .hasMessageContaining("Read-only file system");
            assertThatThrownBy(() ->
                            MountTree.setAttributes(tree.fd(), false, MountAttr.MOUNT_ATTR_IDMAP, tree.fd(), source))
                    .hasMessage("mount_setattr " + source + ": EBADF (Bad file descriptor)");
        }
        Files.writeString(source.resolve("other"), "");
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
        assertThatThrownBy(() -> MountTree.open(directory.resolve("missing"), false))
                .hasMessage("open_tree " + directory.resolve("missing") + ": ENOENT (No such file or directory)");
    }

    @Test
    void shouldLayStructsOutAsTheKernel() {
        assertThat(MountAttr.LAYOUT.byteSize()).isEqualTo(32);
        assertThat(OpenHow.LAYOUT.byteSize()).isEqualTo(24);
    }

    @Test
    void shouldMakeAMountThatIsAttachedNowhere() throws IOException {
        String before = Files.readString(Path.of("/proc/self/mountinfo"));
        try (OwnedFd made = NewMount.of("ahead", "tmpfs", "mode=0700,size=64k", MountAttr.MOUNT_ATTR_NODEV)) {
            Path inside = Path.of("/proc/self/fd/" + made.fd());
            Files.writeString(inside.resolve("file"), "kept");
            assertThat(inside.resolve("file")).hasContent("kept");
            assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).isEqualTo(before);
        }
        assertThatThrownBy(() -> NewMount.of("none", "tmpfs", "mode=0700,nonsense", 0))
                .hasMessage("fsconfig tmpfs nonsense: EINVAL (Invalid argument)");
        assertThatThrownBy(() -> NewMount.of("none", "no-such-type", "", 0))
                .hasMessage("fsopen no-such-type: ENODEV (No such device)");
    }
}
