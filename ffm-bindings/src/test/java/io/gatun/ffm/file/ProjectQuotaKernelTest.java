package io.gatun.ffm.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Project quotas on an ext4 of the test's own. */
@KernelTest
@Timeout(600)
class ProjectQuotaKernelTest {
    @TempDir
    Path directory;

    private static void run(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void shouldLimitWhatIsBelowADirectory() throws IOException, InterruptedException {
        Path image = directory.resolve("image");
        Path root = Files.createDirectory(directory.resolve("mounted"));
        run("truncate -s 32M " + image + " && mkfs.ext4 -q -O quota,project " + image
                + " && modprobe loop && modprobe quota_v2 && mount -o loop,prjquota " + image + " " + root);
        try {
            Path sandbox = Files.createDirectory(root.resolve("sandbox"));
            ProjectQuota.assign(sandbox, 5001);
            ProjectQuota.limit(sandbox, 5001, 1 << 20);
            Files.write(sandbox.resolve("fits"), new byte[500_000]);
            assertThat(ProjectQuota.project(sandbox.resolve("fits"))).isEqualTo(5001);
            ProjectQuota.Quota quota = ProjectQuota.quota(root, 5001);
            assertThat(quota.limitBytes()).isEqualTo(1 << 20);
            assertThat(quota.usedBytes()).isBetween(500_000L, 520_000L);
            // CAP_SYS_RESOURCE would be let through: quotactl(2).
            run("cd " + sandbox
                    + " && ! setpriv --bounding-set=-sys_resource dd if=/dev/zero of=big bs=2M count=1 2> err"
                    + " && grep -q 'Disk quota exceeded' err");
            Files.write(root.resolve("outside"), new byte[2 << 20]);

            ProjectQuota.assign(sandbox, 0);
            assertThat(ProjectQuota.project(sandbox)).isZero();
        } finally {
            run("umount " + root);
        }
    }

    @Test
    void shouldSayWhereThereIsNone() {
        assertThatThrownBy(() -> ProjectQuota.assign(Path.of("/proc"), 1))
                .hasMessageMatching("ioctl FS_IOC_FSGETXATTR /proc: (ENOTTY|EOPNOTSUPP|ENOTSUP) .*");
        assertThatThrownBy(() -> ProjectQuota.limit(Path.of("/run"), 1, 1))
                .hasMessageStartingWith("quotactl_fd /run project 1: ");
    }
}
