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
 * The agent is killed at system calls of all kinds by which its image store changes something: while it pulls, resumes,
 * imports, collects and starts. The next agent uses nothing that is there in part, asks for nothing that is there, and
 * leaves nothing that no image explains.
 */
@Tag("cluster")
@Timeout(1_800)
class PullFaultClusterTest {
    private static final int KILLS = 100;
    private static final long TIMEOUT_S = 1_500;

    @TempDir
    Path directory;

    @BeforeAll
    static void requireTools() {
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        for (String tool : List.of("/usr/bin/strace", "/usr/bin/unshare", "/usr/sbin/ip")) {
            assumeTrue(Files.isExecutable(Path.of(tool)), tool + " is missing");
        }
    }

    @Test
    void shouldUseNothingHalfMadeAndLeaveNothingUnexplainedWhereverTheAgentIsKilled() throws Exception {
        Path jar = AgentJar.write(directory.resolve("agent.jar"));
        Map<PullScenario, Process> chains = new LinkedHashMap<>();
        try {
            for (PullScenario scenario : PullScenario.values()) {
                chains.put(scenario, start(scenario, jar));
            }
            int kills = 0;
            for (PullScenario scenario : chains.keySet()) {
                assertThat(chains.get(scenario).waitFor(TIMEOUT_S, TimeUnit.SECONDS))
                        .as("%s ends in time", scenario)
                        .isTrue();
                kills += kills(directory.resolve(scenario.name()), scenario);
            }
            assertThat(kills).isGreaterThanOrEqualTo(KILLS);
        } finally {
            // The first process of a pid namespace takes all others of it along.
            chains.values().forEach(chain -> chain.descendants().forEach(ProcessHandle::destroyForcibly));
            for (Map.Entry<PullScenario, Process> chain : chains.entrySet()) {
                chain.getValue().destroyForcibly().waitFor();
                HostTraces.removeCgroups(chain.getKey().root());
            }
        }
    }

    private static int kills(Path own, PullScenario scenario) throws IOException {
        Path file = own.resolve("result");
        assertThat(file)
                .as("%s: %s", scenario, Files.readString(own.resolve("chain.log")))
                .exists();
        List<String> result = Files.readAllLines(file);
        System.out.println(scenario + ": " + String.join(", ", result));
        assertThat(result).as("%s", scenario).last().isEqualTo("done");
        return (int) result.stream().filter(line -> line.endsWith(" killed")).count();
    }

    private Process start(PullScenario scenario, Path jar) throws IOException {
        Path own = Files.createDirectory(directory.resolve(scenario.name()));
        List<String> java = AgentJar.command(jar);
        List<String> command = new ArrayList<>(java);
        command.addAll(List.of(PullChain.class.getName(), own.toString(), scenario.name()));
        command.addAll(java);
        return OwnNamespaces.start(command, own.resolve("chain.log"));
    }
}
