package io.gatun.isolator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CgroupHostTest {
    private static final String UNIFIED = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate
            """;
    private static final String HYBRID = """
            30 23 0:26 / /sys/fs/cgroup ro shared:9 - tmpfs tmpfs ro,mode=755
            31 30 0:27 / /sys/fs/cgroup/unified rw shared:10 - cgroup2 cgroup2 rw
            32 30 0:28 / /sys/fs/cgroup/systemd rw shared:11 - cgroup cgroup rw,xattr,name=systemd
            33 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:12 - cgroup cgroup rw,cpu,cpuacct
            34 30 0:30 / /sys/fs/cgroup/my\\040memory rw - cgroup cgroup rw,memory
            35 30 0:31 / /sys/fs/cgroup/net_cls rw - cgroup cgroup rw,net_cls
            36 30 0:32 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
            """;

    @Test
    void shouldReadAUnifiedHost() {
        CgroupHost host = CgroupHost.parse("gatun", UNIFIED).with(Set.of("cpu", "memory"));
        assertThat(host.unified()).contains(Path.of("/sys/fs/cgroup"));
        assertThat(host.legacy()).isEmpty();
        assertThat(host.has("cpu")).isTrue();
        assertThat(host.has("pids")).isFalse();
        assertThat(host.cgroup("cpu", "a")).contains(Path.of("/sys/fs/cgroup/gatun/a"));
        assertThat(host.cgroup("pids", "a")).isEmpty();
        assertThat(host.cgroups("a")).containsExactly(Path.of("/sys/fs/cgroup/gatun/a"));
    }

    @Test
    void shouldReadAHybridHost() {
        CgroupHost host = CgroupHost.parse("x/gatun", HYBRID);
        assertThat(host.unified()).contains(Path.of("/sys/fs/cgroup/unified"));
        assertThat(host.legacy()).containsOnlyKeys("cpu", "cpuacct", "memory", "freezer");
        assertThat(host.cgroup("memory", "a")).contains(Path.of("/sys/fs/cgroup/my memory/x/gatun/a"));
        assertThat(host.cgroups("a"))
                .as("each hierarchy once; freezing is done in the unified one")
                .containsExactly(
                        Path.of("/sys/fs/cgroup/unified/x/gatun/a"),
                        Path.of("/sys/fs/cgroup/cpu,cpuacct/x/gatun/a"),
                        Path.of("/sys/fs/cgroup/my memory/x/gatun/a"));
    }

    @Test
    void shouldFreezeInV1WhereThereIsNothingElse() {
        CgroupHost host = CgroupHost.parse("gatun", HYBRID).withoutUnified();
        assertThat(host.legacyCgroups("a")).containsKey("freezer");
        assertThat(host.withoutLegacy("freezer").legacyCgroups("a")).doesNotContainKey("freezer");
    }

    @Test
    void shouldPreferAControllerInItsUnifiedForm() {
        CgroupHost host = CgroupHost.parse("gatun", HYBRID).with(Set.of("memory"));
        assertThat(host.cgroup("memory", "a")).contains(Path.of("/sys/fs/cgroup/unified/gatun/a"));
        assertThat(host.legacyCgroups("a")).doesNotContainKey("memory");
    }

    @Test
    void shouldReadAHostWithoutCgroups() {
        CgroupHost host = CgroupHost.parse("gatun", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\nnonsense\n");
        assertThat(host.cgroups("a")).isEmpty();
    }
}
