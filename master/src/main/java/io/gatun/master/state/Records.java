package io.gatun.master.state;

import io.gatun.master.registry.AgentRecord;
import io.gatun.master.registry.Changes;
import io.gatun.master.registry.DrainRecord;
import io.gatun.master.registry.FrameworkRecord;
import io.gatun.master.registry.Kind;
import io.gatun.master.registry.MachineRecord;
import io.gatun.master.registry.PendingKillRecord;
import io.gatun.master.registry.QuotaRecord;
import io.gatun.master.registry.RegistryRecord;
import io.gatun.master.registry.ScheduleRecord;
import io.gatun.master.registry.SinceRecord;
import io.gatun.master.registry.TaskRecord;
import io.gatun.master.registry.VipRecord;
import io.gatun.master.registry.WeightRecord;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.maintenance.Schedule;
import io.gatun.mesos.v1.quota.QuotaConfig;
import java.util.Map;

/** Builds registry records. */
final class Records {

    private Records() {}

    static RegistryRecord agentAdmitted(AgentRecord agent) {
        String id = agent.getInfo().getId().getValue();
        return Changes.none()
                .put(Kind.AGENT, id, agent)
                .remove(Kind.UNREACHABLE_AGENT, id)
                .record();
    }

    /** What is written of a registered agent. */
    static AgentRecord agent(Agent agent) {
        return AgentRecord.newBuilder()
                .setInfo(agent.info)
                .setPid(agent.pid)
                .setVersion(agent.version)
                .addAllCapabilities(agent.capabilities)
                .setRegisteredEpochMs(Math.round(agent.registeredTime * 1000))
                .build();
    }

    static RegistryRecord agentUnreachable(AgentID id, long sinceMs) {
        return Changes.none()
                .remove(Kind.AGENT, id.getValue())
                .put(Kind.UNREACHABLE_AGENT, id.getValue(), since(sinceMs))
                .record();
    }

    static RegistryRecord agentRemoved(AgentID id) {
        return allOf(id.getValue())
                .put(Kind.REMOVED_AGENT, id.getValue(), SinceRecord.getDefaultInstance())
                .record();
    }

    static RegistryRecord agentGone(AgentID id, long sinceMs) {
        return allOf(id.getValue())
                .put(Kind.GONE_AGENT, id.getValue(), since(sinceMs))
                .record();
    }

    static RegistryRecord unreachableForgotten(String id) {
        return allOf(id).record();
    }

    static RegistryRecord goneForgotten(String id) {
        return Changes.none().remove(Kind.GONE_AGENT, id).record();
    }

    /** Removes everything that is said about an agent. */
    private static Changes allOf(String id) {
        return Changes.none()
                .remove(Kind.AGENT, id)
                .remove(Kind.UNREACHABLE_AGENT, id)
                .remove(Kind.DRAINING_AGENT, id)
                .remove(Kind.DEACTIVATED_AGENT, id)
                .remove(Kind.AGENT_RESOURCES, id)
                .remove(Kind.AGENT_VOLUMES, id);
    }

    static RegistryRecord agentDraining(AgentID id, DrainRecord drain, long sinceMs) {
        return Changes.none()
                .put(Kind.DRAINING_AGENT, id.getValue(), drain)
                .put(Kind.DEACTIVATED_AGENT, id.getValue(), since(sinceMs))
                .record();
    }

    static RegistryRecord agentDrained(AgentID id, DrainRecord drain) {
        return Changes.none().put(Kind.DRAINING_AGENT, id.getValue(), drain).record();
    }

    static RegistryRecord agentDeactivated(AgentID id, long sinceMs) {
        return Changes.none()
                .put(Kind.DEACTIVATED_AGENT, id.getValue(), since(sinceMs))
                .record();
    }

    static RegistryRecord agentReactivated(AgentID id) {
        return Changes.none()
                .remove(Kind.DRAINING_AGENT, id.getValue())
                .remove(Kind.DEACTIVATED_AGENT, id.getValue())
                .record();
    }

    static RegistryRecord frameworkSubscribed(FrameworkInfo info) {
        return framework(FrameworkRecord.newBuilder().setInfo(info).build());
    }

    static RegistryRecord frameworkDisconnected(FrameworkInfo info, long deadlineMs) {
        return framework(FrameworkRecord.newBuilder()
                .setInfo(info)
                .setDeadlineEpochMs(deadlineMs)
                .build());
    }

    private static RegistryRecord framework(FrameworkRecord record) {
        return Changes.none()
                .put(Kind.FRAMEWORK, record.getInfo().getId().getValue(), record)
                .record();
    }

    static RegistryRecord frameworkRemoved(FrameworkID id) {
        return Changes.none()
                .remove(Kind.FRAMEWORK, id.getValue())
                .put(Kind.REMOVED_FRAMEWORK, id.getValue(), SinceRecord.getDefaultInstance())
                .record();
    }

    static RegistryRecord vip(String name, String address) {
        return Changes.none()
                .put(Kind.VIP, name, VipRecord.newBuilder().setAddress(address).build())
                .record();
    }

    static RegistryRecord vipRemoved(String name) {
        return Changes.none().remove(Kind.VIP, name).record();
    }

    static RegistryRecord weights(Map<String, Double> weights) {
        Changes changes = Changes.none();
        weights.forEach((role, weight) -> changes.put(
                Kind.WEIGHT, role, WeightRecord.newBuilder().setWeight(weight).build()));
        return changes.record();
    }

    static RegistryRecord quota(QuotaConfig config) {
        return Changes.none()
                .put(
                        Kind.QUOTA,
                        config.getRole(),
                        QuotaRecord.newBuilder().setConfig(config).build())
                .record();
    }

    static RegistryRecord quotaRemoved(String role) {
        return Changes.none().remove(Kind.QUOTA, role).record();
    }

    /** Both maps by {@link Kind#machineKey}. */
    static RegistryRecord maintenance(
            Schedule schedule, Map<String, MachineInfo> before, Map<String, MachineInfo> after) {
        Changes changes = Changes.none()
                .put(
                        Kind.MAINTENANCE_SCHEDULE,
                        "",
                        ScheduleRecord.newBuilder().setSchedule(schedule).build());
        before.keySet().stream()
                .filter(key -> !after.containsKey(key))
                .forEach(key -> changes.remove(Kind.MACHINE, key));
        after.forEach((key, info) -> {
            if (!info.equals(before.get(key))) {
                changes.put(
                        Kind.MACHINE,
                        key,
                        MachineRecord.newBuilder().setInfo(info).build());
            }
        });
        return changes.record();
    }

    /** A task as it is about to be launched, or as an agent has reported it. */
    static RegistryRecord task(Task task) {
        return task(TaskRecord.newBuilder(), task);
    }

    /** A task whose newest update the framework has acknowledged. */
    static RegistryRecord taskAcknowledged(Task task) {
        return task(
                TaskRecord.newBuilder()
                        .setAcknowledgedUuid(task.getStatusUpdateUuid())
                        .setAcknowledgedState(task.getStatusUpdateState()),
                task);
    }

    private static RegistryRecord task(TaskRecord.Builder record, Task task) {
        Task.Builder kept = task.toBuilder().clearStatuses();
        Statuses.lastStatus(task).ifPresent(kept::addStatuses);
        return Changes.none()
                .put(Kind.TASK, key(task), record.setTask(kept).build())
                .record();
    }

    /**
     * A task that is at its end, with nobody left to be told.
     *
     * @param killPending whether it was to be killed
     */
    static RegistryRecord taskForgotten(Task task, boolean killPending) {
        Changes changes = Changes.none().remove(Kind.TASK, key(task));
        return (killPending ? changes.remove(Kind.PENDING_KILL, key(task)) : changes).record();
    }

    static RegistryRecord killPending(String frameworkId, String taskId, PendingKillRecord kill) {
        return Changes.none()
                .put(Kind.PENDING_KILL, Kind.taskKey(frameworkId, taskId), kill)
                .record();
    }

    static RegistryRecord killForgotten(String key) {
        return Changes.none().remove(Kind.PENDING_KILL, key).record();
    }

    private static String key(Task task) {
        return Kind.taskKey(task.getFrameworkId().getValue(), task.getTaskId().getValue());
    }

    private static SinceRecord since(long epochMs) {
        return SinceRecord.newBuilder().setSinceEpochMs(epochMs).build();
    }
}
