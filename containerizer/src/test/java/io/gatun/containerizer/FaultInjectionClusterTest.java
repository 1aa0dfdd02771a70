package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.process.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed at every system call by which it, or its child, changes something during a launch and a destroy.
 * The next agent finds the container that has to run on, and nothing of the other one.
 */
@Tag("cluster")
@Timeout(3_600)
class FaultInjectionClusterTest {
    private static final int KILLS = 300;
    private static final long TIMEOUT_S = 3_000;

    @TempDir
    Path directory;

    @BeforeAll
    static void requireTools() {
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        for (String tool : List.of("/usr/bin/strace", "/usr/bin/unshare", "/usr/sbin/nft", "/usr/sbin/ip")) {
            assumeTrue(Files.isExecutable(Path.of(tool)), tool + " is missing");
        }
    }

    @Test
    void shouldLeaveNothingAndLoseNothingWhereverTheAgentIsKilled() throws Exception {
        Path jar = AgentJar.write(directory.resolve("agent.jar"));
        Map<FaultScenario, Process> chains = new LinkedHashMap<>();
        try {
            for (FaultScenario scenario : FaultScenario.values()) {
                chains.put(scenario, start(scenario, jar));
            }
            int kills = 0;
            for (FaultScenario scenario : chains.keySet()) {
                assertThat(chains.get(scenario).waitFor(TIMEOUT_S, TimeUnit.SECONDS))
                        .as("%s ends in time", scenario)
                        .isTrue();
                List<String> result =
                        Files.readAllLines(directory.resolve(scenario.name()).resolve("result"));
                assertThat(result).as("%s", scenario).last().isEqualTo("done");
                kills += (int)
                        result.stream().filter(line -> line.endsWith(" killed")).count();
            }
            assertThat(kills).isGreaterThanOrEqualTo(KILLS);
        } finally {
            // The first process of a pid namespace takes all others of it along.
            chains.values().forEach(chain -> chain.descendants().forEach(ProcessHandle::destroyForcibly));
            for (Map.Entry<FaultScenario, Process> chain : chains.entrySet()) {
                chain.getValue().destroyForcibly().waitFor();
                HostTraces.removeCgroups(
                        chain.getKey().root(directory.resolve(chain.getKey().name())));
            }
        }
    }

    private Process start(FaultScenario scenario, Path jar) throws IOException {
        Path own = Files.createDirectory(directory.resolve(scenario.name()));
        List<String> java = AgentJar.command(jar);
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(FaultChain.class.getName(), own.toString(), scenario.name()));
        command.addAll(java);
        return OwnNamespaces.start(command, own.resolve("chain.log"));
    }
}
