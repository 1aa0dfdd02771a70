package io.gatun.master.state;

import io.gatun.mesos.v1.master.Call;

/** The calls of the operator API that change something. */
final class OperatorCommands {
    private static final int NOT_IMPLEMENTED = 501;

    private final World world;
    private final AgentLife agents;

    OperatorCommands(World world, AgentLife agents) {
        this.world = world;
        this.agents = agents;
    }

    void apply(Command.Operator command) {
        Answer answer = answer(command.call());
        world.out.reply(command.requestId(), answer.status(), answer.text());
    }

    private Answer answer(Call call) {
        return switch (call.getType()) {
            case MARK_AGENT_GONE -> agents.markGone(call.getMarkAgentGone());
            case DRAIN_AGENT -> agents.drain(call.getDrainAgent());
            case DEACTIVATE_AGENT -> agents.deactivate(call.getDeactivateAgent());
            case REACTIVATE_AGENT -> agents.reactivate(call.getReactivateAgent());
            default -> new Answer(NOT_IMPLEMENTED, "Call " + call.getType() + " is not implemented by this master");
        };
    }
}
