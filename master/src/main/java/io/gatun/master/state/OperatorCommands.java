package io.gatun.master.state;

import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.quota.QuotaRequest;

/** The calls of the operator API that change something. */
final class OperatorCommands {
    private static final int NOT_IMPLEMENTED = 501;

    private final World world;
    private final AgentLife agents;
    private final Weights weights;
    private final Quotas quotas;
    private final Maintenance maintenance;
    private final Reservations reservations;

    OperatorCommands(
            World world,
            AgentLife agents,
            Weights weights,
            Quotas quotas,
            Maintenance maintenance,
            Reservations reservations) {
        this.reservations = reservations;
        this.world = world;
        this.agents = agents;
        this.weights = weights;
        this.quotas = quotas;
        this.maintenance = maintenance;
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
            case UPDATE_WEIGHTS -> weights.update(call.getUpdateWeights().getWeightInfosList());
            case UPDATE_QUOTA ->
                quotas.update(
                        call.getUpdateQuota().getQuotaConfigsList(),
                        call.getUpdateQuota().getForce());
            case SET_QUOTA -> quotas.set(setQuota(call));
            case REMOVE_QUOTA -> quotas.remove(removeQuota(call));
            case UPDATE_MAINTENANCE_SCHEDULE ->
                maintenance.schedule(call.getUpdateMaintenanceSchedule().getSchedule());
            case START_MAINTENANCE ->
                maintenance.start(call.getStartMaintenance().getMachinesList());
            case STOP_MAINTENANCE -> maintenance.stop(call.getStopMaintenance().getMachinesList());
            case RESERVE_RESOURCES -> reservations.reserve(call.getReserveResources());
            case UNRESERVE_RESOURCES -> reservations.unreserve(call.getUnreserveResources());
            case CREATE_VOLUMES -> reservations.create(call.getCreateVolumes());
            case DESTROY_VOLUMES -> reservations.destroy(call.getDestroyVolumes());
            case GROW_VOLUME -> reservations.grow(call.getGrowVolume());
            case SHRINK_VOLUME -> reservations.shrink(call.getShrinkVolume());
            default -> new Answer(NOT_IMPLEMENTED, "Call " + call.getType() + " is not implemented by this master");
        };
    }

    @SuppressWarnings("deprecation") // Old tools use it.
    private static QuotaRequest setQuota(Call call) {
        return call.getSetQuota().getQuotaRequest();
    }

    @SuppressWarnings("deprecation") // Old tools use it.
    private static String removeQuota(Call call) {
        return call.getRemoveQuota().getRole();
    }
}
