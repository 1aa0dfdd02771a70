package io.gatun.containerizer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.process.Credentials;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On cgroup v1 hierarchies, which the VM's kernel does not mount: on a host that has them, in cgroups of its own. */
@Tag("cluster")
class LegacyNestedClusterTest extends NestedContract {
    @BeforeAll
    static void requireLegacyHierarchies() {
        CgroupHost host = CgroupHost.parse("gatun", Rig.text(Path.of("/proc/self/mountinfo")));
        assumeTrue(
                host.legacy().keySet().containsAll(java.util.List.of("cpu", "memory", "pids")),
                "this host has no cgroup v1 hierarchies with cpu, memory and pids");
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
    }

    @Test
    void shouldLimitANestedContainerWithinItsParent() throws Exception {
        rig.launch(rig.shell("parent", new Limits(1, 128L << 20, 100), "sleep 300 & wait"));
        rig.launch(rig.shell("parent.small", new Limits(0, 40L << 20, 20), "sleep 300"));
        String memory = rig.cgroups().stream()
                .filter(path -> path.endsWith("parent"))
                .map(path -> path.resolve("mesos/small/memory.limit_in_bytes"))
                .filter(Files::exists)
                .map(Rig::text)
                .findFirst()
                .orElseThrow();
        assertThat(memory.strip()).isEqualTo(Long.toString(40L << 20));
        rig.containerizer.destroy("parent").get(240, SECONDS);
        assertThat(rig.containerizer.termination("parent.small")).isCompleted();
        rig.containerizer.remove("parent");
        rig.assertNothingLeft();
    }
}
