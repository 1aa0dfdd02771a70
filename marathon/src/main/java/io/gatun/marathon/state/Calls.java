package io.gatun.marathon.state;

import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import java.util.Collection;
import java.util.List;

/** The calls of the scheduler API that Marathon makes. */
final class Calls {
    private Calls() {}

    static Call accept(Offer offer, List<TaskInfo> tasks, double refuseSeconds) {
        return Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks)))
                        .setFilters(filters(refuseSeconds)))
                .build();
    }

    static Call decline(Offer offer, double refuseSeconds) {
        return Call.newBuilder()
                .setType(Call.Type.DECLINE)
                .setDecline(Call.Decline.newBuilder().addOfferIds(offer.getId()).setFilters(filters(refuseSeconds)))
                .build();
    }

    private static Filters filters(double refuseSeconds) {
        return Filters.newBuilder().setRefuseSeconds(refuseSeconds).build();
    }

    static Call revive() {
        return Call.newBuilder().setType(Call.Type.REVIVE).build();
    }

    static Call suppress() {
        return Call.newBuilder().setType(Call.Type.SUPPRESS).build();
    }

    static Call kill(Instance instance) {
        return Call.newBuilder()
                .setType(Call.Type.KILL)
                .setKill(Call.Kill.newBuilder()
                        .setTaskId(taskId(instance.taskId()))
                        .setAgentId(agentId(instance.agentId())))
                .build();
    }

    /** A task that is not one of ours. */
    static Call kill(TaskStatus status) {
        Call.Kill.Builder kill = Call.Kill.newBuilder().setTaskId(status.getTaskId());
        if (status.hasAgentId()) {
            kill.setAgentId(status.getAgentId());
        }
        return Call.newBuilder().setType(Call.Type.KILL).setKill(kill).build();
    }

    static Call acknowledge(TaskStatus status) {
        return Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE)
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid()))
                .build();
    }

    /** Asks for the state of these; with none, of all that the master knows. */
    static Call reconcile(Collection<Instance> instances) {
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        instances.forEach(instance -> reconcile.addTasks(Call.Reconcile.Task.newBuilder()
                .setTaskId(taskId(instance.taskId()))
                .setAgentId(agentId(instance.agentId()))));
        return Call.newBuilder()
                .setType(Call.Type.RECONCILE)
                .setReconcile(reconcile)
                .build();
    }

    private static TaskID taskId(String id) {
        return TaskID.newBuilder().setValue(id).build();
    }

    private static AgentID agentId(String id) {
        return AgentID.newBuilder().setValue(id).build();
    }
}
