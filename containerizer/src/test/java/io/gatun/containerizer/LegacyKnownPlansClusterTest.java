package io.gatun.containerizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.process.Credentials;
import io.gatun.isolator.CgroupHost;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** On cgroup v1 hierarchies, which the VM's kernel does not mount: on a host that has them, in cgroups of its own. */
@Tag("cluster")
class LegacyKnownPlansClusterTest extends KnownPlansContract {
    @BeforeAll
    static void requireLegacyHierarchies() {
        CgroupHost host = CgroupHost.parse("gatun", Rig.text(Path.of("/proc/self/mountinfo")));
        assumeTrue(
                host.legacy().keySet().containsAll(java.util.List.of("cpu", "memory", "pids")),
                "this host has no cgroup v1 hierarchies with cpu, memory and pids");
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
    }
}
