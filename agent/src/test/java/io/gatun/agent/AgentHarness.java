package io.gatun.agent;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** One agent between a played master and played containers; agents may come and go on its work directory. */
final class AgentHarness implements AutoCloseable {
    static final long MIB = 1 << 20;

    final FakeMaster master = new FakeMaster();
    final FakeContainerizer containers = new FakeContainerizer();
    final Path workDir;
    private String bootId = "boot-1";
    private Agent agent;

    AgentHarness(Path workDir) {
        this.workDir = workDir;
    }

    Agent launch() {
        return launch(flags -> {});
    }

    Agent launch(Consumer<AgentFlags> change) {
        AgentFlags flags = new AgentFlags();
        flags.port = 0;
        flags.master = "127.0.0.1:" + master.port();
        flags.workDir = workDir;
        flags.registrationBackoffFactor = "10ms";
        change.accept(flags);
        Host host = new Host(bootId, 4, 8192 * MIB, 20_480 * MIB);
        agent = Agent.launch(flags, (config, parts) -> containers, Optional.of(host));
        return agent;
    }

    /** As after kill -9 of the agent. */
    void crash() {
        agent.abandon();
    }

    /** As after a crash of the whole machine: no container survives, none is remembered. */
    void reboot() {
        agent.abandon();
        bootId = "boot-2";
        containers.launched.clear();
        containers.terminations.clear();
    }

    Agent agent() {
        return agent;
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.close();
        }
        master.close();
    }
}
