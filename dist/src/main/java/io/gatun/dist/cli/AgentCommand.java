package io.gatun.dist.cli;

import io.gatun.agent.Agent;
import io.gatun.agent.AgentFlags;
import io.gatun.dist.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gatun agent}. Its tasks outlive it: the next agent on the same work_dir takes them over. */
@Command(name = "agent", description = "Offers this node to the leading master and runs tasks in containers.")
public final class AgentCommand extends RoleCommand {
    @Mixin
    private AgentFlags flags;

    @Override
    Started start() {
        TemporaryFolder.use(flags.workDir);
        Agent agent = Agent.launch(flags);
        return new Started("agent: http://" + flags.ip + ":" + agent.port(), agent::close, agent.failure());
    }
}
