package io.gatun.master.operator;

import io.gatun.master.MasterContext;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.v1.VersionInfo;
import io.gatun.mesos.v1.master.Call;
import io.gatun.mesos.v1.master.Response;
import java.util.Optional;

/** Answers the calls that only read. */
final class OperatorCalls {
    private final MasterContext context;
    private final Metrics metrics;

    OperatorCalls(MasterContext context, Metrics metrics) {
        this.context = context;
        this.metrics = metrics;
    }

    /** The answer to {@code call}; empty when it is not one of the calls that only read, or one not served here. */
    Optional<Response> answer(Call call, MasterSnapshot snapshot) {
        Response.Builder response = Response.newBuilder();
        switch (call.getType()) {
            case GET_HEALTH ->
                response.setType(Response.Type.GET_HEALTH).getGetHealthBuilder().setHealthy(true);
            case GET_FLAGS -> addFlags(response.setType(Response.Type.GET_FLAGS));
            case GET_VERSION ->
                response.setType(Response.Type.GET_VERSION)
                        .getGetVersionBuilder()
                        .setVersionInfo(VersionInfo.newBuilder()
                                .setVersion(context.info().getVersion()));
            case GET_METRICS -> addMetrics(response.setType(Response.Type.GET_METRICS));
            case GET_STATE -> response.setType(Response.Type.GET_STATE).setGetState(OperatorModel.state(snapshot));
            case GET_AGENTS -> response.setType(Response.Type.GET_AGENTS).setGetAgents(OperatorModel.agents(snapshot));
            case GET_FRAMEWORKS ->
                response.setType(Response.Type.GET_FRAMEWORKS).setGetFrameworks(OperatorModel.frameworks(snapshot));
            case GET_EXECUTORS ->
                response.setType(Response.Type.GET_EXECUTORS).setGetExecutors(OperatorModel.executors());
            case GET_TASKS -> response.setType(Response.Type.GET_TASKS).setGetTasks(OperatorModel.tasks(snapshot));
            case GET_ROLES -> response.setType(Response.Type.GET_ROLES).setGetRoles(RoleTable.message(snapshot));
            case GET_MASTER -> response.setType(Response.Type.GET_MASTER).setGetMaster(OperatorModel.master(snapshot));
            case GET_WEIGHTS ->
                response.setType(Response.Type.GET_WEIGHTS)
                        .getGetWeightsBuilder()
                        .addAllWeightInfos(PolicyModel.weights(snapshot.policy()));
            case GET_QUOTA ->
                response.setType(Response.Type.GET_QUOTA)
                        .getGetQuotaBuilder()
                        .setStatus(PolicyModel.quotas(snapshot.policy()));
            case GET_MAINTENANCE_SCHEDULE ->
                response.setType(Response.Type.GET_MAINTENANCE_SCHEDULE)
                        .getGetMaintenanceScheduleBuilder()
                        .setSchedule(snapshot.policy().schedule());
            case GET_MAINTENANCE_STATUS ->
                response.setType(Response.Type.GET_MAINTENANCE_STATUS)
                        .getGetMaintenanceStatusBuilder()
                        .setStatus(PolicyModel.maintenance(snapshot.policy()));
            // There are none: no call or offer operation that makes one is taken.
            case GET_OPERATIONS ->
                response.setType(Response.Type.GET_OPERATIONS)
                        .setGetOperations(Response.GetOperations.getDefaultInstance());
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(response.build());
    }

    private void addFlags(Response.Builder response) {
        Response.GetFlags.Builder flags = response.getGetFlagsBuilder();
        FlagValues.of(context.flags())
                .forEach((name, value) -> flags.addFlagsBuilder().setName(name).setValue(value));
    }

    private void addMetrics(Response.Builder response) {
        Response.GetMetrics.Builder all = response.getGetMetricsBuilder();
        metrics.values()
                .forEach((name, value) -> all.addMetricsBuilder().setName(name).setValue(value));
    }
}
