package io.gatun.containerizer;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** On cgroup v1 hierarchies, on a host that has them. */
@Tag("cluster")
class LegacyCrashClusterTest extends CrashContract {
    @BeforeAll
    static void requireLegacyHierarchies() {
        LegacyContainerizerClusterTest.requireLegacyHierarchies();
    }
}
