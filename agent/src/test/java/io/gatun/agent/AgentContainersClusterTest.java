package io.gatun.agent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** On the host, in cgroups of its own. */
@Tag("cluster")
final class AgentContainersClusterTest extends AgentContainersContract {
    @BeforeAll
    static void requireRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "not root");
    }
}
