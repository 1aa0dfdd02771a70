package io.gatun.master.registry;

import com.google.protobuf.ByteString;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.DrainConfig;
import io.gatun.mesos.v1.DrainInfo;
import io.gatun.mesos.v1.DrainState;
import io.gatun.mesos.v1.DurationInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.KillPolicy;
import io.gatun.mesos.v1.MachineID;
import io.gatun.mesos.v1.MachineInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TimeInfo;
import io.gatun.mesos.v1.Unavailability;
import io.gatun.mesos.v1.Value;
import io.gatun.mesos.v1.maintenance.Schedule;
import io.gatun.mesos.v1.maintenance.Window;
import io.gatun.mesos.v1.quota.QuotaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Records with something of each kind, the same ones for ever: the golden files hold them. */
final class SampleRegistry {
    private static final MachineID MACHINE =
            MachineID.newBuilder().setHostname("Rack7").setIp("10.0.0.7").build();

    private SampleRegistry() {}

    /** In the format of this release. */
    static List<RegistryRecord> records() {
        List<RegistryRecord> records = new ArrayList<>();
        records.add(agents());
        records.add(frameworksAndTasks());
        records.add(operators());
        records.add(Changes.none()
                .put(
                        Kind.PENDING_KILL,
                        Kind.taskKey("f1", "web.1"),
                        PendingKillRecord.newBuilder()
                                .setKillPolicy(KillPolicy.newBuilder()
                                        .setGracePeriod(
                                                DurationInfo.newBuilder().setNanoseconds(5_000_000_000L)))
                                .build())
                .record());
        records.add(Changes.none()
                .put(
                        Kind.AGENT_VOLUMES,
                        "s1",
                        ResourcesRecord.newBuilder().addResources(volume()).build())
                .record());
        records.add(Changes.none()
                .remove(Kind.TASK, Kind.taskKey("f1", "ended"))
                .remove(Kind.AGENT, "s2")
                .put(Kind.UNREACHABLE_AGENT, "s2", since(1_700_000_000_002L))
                .record());
        return records;
    }

    private static RegistryRecord agents() {
        return Changes.none()
                .put(Kind.AGENT, "s1", agent("s1"))
                .put(Kind.AGENT, "s2", agent("s2"))
                .put(Kind.GONE_AGENT, "s3", since(1_700_000_000_003L))
                .put(Kind.REMOVED_AGENT, "s4", SinceRecord.getDefaultInstance())
                .put(
                        Kind.DRAINING_AGENT,
                        "s1",
                        DrainRecord.newBuilder()
                                .setInfo(DrainInfo.newBuilder()
                                        .setState(DrainState.DRAINING)
                                        .setConfig(DrainConfig.newBuilder()
                                                .setMaxGracePeriod(DurationInfo.newBuilder()
                                                        .setNanoseconds(30_000_000_000L))
                                                .setMarkGone(true)))
                                .setSinceEpochMs(1_700_000_000_004L)
                                .build())
                .put(Kind.DEACTIVATED_AGENT, "s1", since(1_700_000_000_005L))
                .put(
                        Kind.AGENT_RESOURCES,
                        "s1",
                        ResourcesRecord.newBuilder().addResources(volume()).build())
                .record();
    }

    private static RegistryRecord frameworksAndTasks() {
        return Changes.none()
                .put(Kind.FRAMEWORK, "f1", framework("f1").build())
                .put(
                        Kind.FRAMEWORK,
                        "f2",
                        framework("f2").setDeadlineEpochMs(1_700_000_600_000L).build())
                .put(Kind.REMOVED_FRAMEWORK, "f3", SinceRecord.getDefaultInstance())
                .put(Kind.TASK, Kind.taskKey("f1", "web.1"), task("f1", "s1", "web.1"))
                .put(Kind.TASK, Kind.taskKey("f1", "ended"), task("f1", "s1", "ended"))
                .record();
    }

    private static RegistryRecord operators() {
        Unavailability unavailability = Unavailability.newBuilder()
                .setStart(TimeInfo.newBuilder().setNanoseconds(1_700_000_000_000_000_000L))
                .build();
        return Changes.none()
                .put(
                        Kind.QUOTA,
                        "eng",
                        QuotaRecord.newBuilder()
                                .setConfig(QuotaConfig.newBuilder()
                                        .setRole("eng")
                                        .putLimits(
                                                "cpus",
                                                Value.Scalar.newBuilder()
                                                        .setValue(12.5)
                                                        .build()))
                                .setPrincipal("ops")
                                .build())
                .put(
                        Kind.WEIGHT,
                        "eng",
                        WeightRecord.newBuilder().setWeight(2.5).build())
                .put(
                        Kind.MACHINE,
                        Kind.machineKey(MACHINE),
                        MachineRecord.newBuilder()
                                .setInfo(MachineInfo.newBuilder()
                                        .setId(MACHINE)
                                        .setMode(MachineInfo.Mode.DRAINING)
                                        .setUnavailability(unavailability))
                                .build())
                .put(
                        Kind.MAINTENANCE_SCHEDULE,
                        "",
                        ScheduleRecord.newBuilder()
                                .setSchedule(Schedule.newBuilder()
                                        .addWindows(Window.newBuilder()
                                                .addMachineIds(MACHINE)
                                                .setUnavailability(unavailability)))
                                .build())
                .put(
                        Kind.VIP,
                        "web.marathon.l4lb",
                        VipRecord.newBuilder().setAddress("11.3.5.7").build())
                .record();
    }

    static AgentRecord agent(String id) {
        return AgentRecord.newBuilder()
                .setInfo(AgentInfo.newBuilder()
                        .setHostname("host-" + id)
                        .setPort(5051)
                        .setId(AgentID.newBuilder().setValue(id))
                        .addAllResources(Resources.parse("cpus:8;mem:32000;disk:100000;ports:[31000-32000]")
                                .toProtos()))
                .setPid("slave(1)@10.0.0.1:5051")
                .setVersion("1.11.0")
                .addCapabilities(AgentInfo.Capability.newBuilder().setType(AgentInfo.Capability.Type.MULTI_ROLE))
                .setRegisteredEpochMs(1_700_000_000_000L)
                .setReregisteredEpochMs(1_700_000_000_001L)
                .build();
    }

    static FrameworkRecord.Builder framework(String id) {
        return FrameworkRecord.newBuilder()
                .setInfo(FrameworkInfo.newBuilder()
                        .setUser("nobody")
                        .setName("name of " + id)
                        .setId(FrameworkID.newBuilder().setValue(id)))
                .setRegisteredEpochMs(1_700_000_000_000L);
    }

    static TaskRecord task(String framework, String agent, String id) {
        TaskID taskId = TaskID.newBuilder().setValue(id).build();
        Task.Builder task = Task.newBuilder()
                .setName(id)
                .setTaskId(taskId)
                .setFrameworkId(FrameworkID.newBuilder().setValue(framework))
                .setAgentId(AgentID.newBuilder().setValue(agent))
                .setState(TaskState.TASK_RUNNING)
                .addStatuses(TaskStatus.newBuilder()
                        .setTaskId(taskId)
                        .setState(TaskState.TASK_RUNNING)
                        .setTimestamp(1.7e9)
                        .setUuid(ByteString.copyFromUtf8("0123456789abcdef")))
                .setStatusUpdateState(TaskState.TASK_RUNNING)
                .setStatusUpdateUuid(ByteString.copyFromUtf8("0123456789abcdef"));
        for (Resource resource : Resources.parse("cpus:0.5;mem:128").toProtos()) {
            task.addResources(resource.toBuilder()
                    .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("eng")));
        }
        return TaskRecord.newBuilder()
                .setTask(task)
                .setAcknowledgedUuid(ByteString.copyFromUtf8("fedcba9876543210"))
                .setAcknowledgedState(TaskState.TASK_STARTING)
                .build();
    }

    private static Resource volume() {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(1024))
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setType(Resource.ReservationInfo.Type.DYNAMIC)
                        .setRole("eng"))
                .setDisk(Resource.DiskInfo.newBuilder()
                        .setPersistence(
                                Resource.DiskInfo.Persistence.newBuilder().setId("db-data")))
                .build();
    }

    private static SinceRecord since(long epochMs) {
        return SinceRecord.newBuilder().setSinceEpochMs(epochMs).build();
    }

    /** In the format of version 1, one of each kind. */
    static List<RegistryRecord> version1() {
        return List.of(
                first().setSnapshot(RegistryRecord.Snapshot.newBuilder()
                                .addAgents(agent("s1").getInfo())
                                .addAgents(agent("s2").getInfo())
                                .addUnreachableAgents(RegistryRecord.Snapshot.UnreachableAgent.newBuilder()
                                        .setAgentId(AgentID.newBuilder().setValue("s5"))
                                        .setSinceEpochMs(55))
                                .addRemovedAgents(AgentID.newBuilder().setValue("s6"))
                                .addFrameworks(RegistryRecord.Snapshot.Framework.newBuilder()
                                        .setFrameworkInfo(framework("f1").getInfo()))
                                .addFrameworks(RegistryRecord.Snapshot.Framework.newBuilder()
                                        .setFrameworkInfo(framework("f2").getInfo())
                                        .setDeadlineEpochMs(22))
                                .addRemovedFrameworks(FrameworkID.newBuilder().setValue("f9")))
                        .build(),
                first().setAgentAdmitted(RegistryRecord.AgentAdmitted.newBuilder()
                                .setAgentInfo(agent("s5").getInfo()))
                        .build(),
                first().setAgentUnreachable(RegistryRecord.AgentUnreachable.newBuilder()
                                .setAgentId(AgentID.newBuilder().setValue("s2"))
                                .setSinceEpochMs(77))
                        .build(),
                first().setAgentRemoved(RegistryRecord.AgentRemoved.newBuilder()
                                .setAgentId(AgentID.newBuilder().setValue("s1")))
                        .build(),
                first().setFrameworkSubscribed(RegistryRecord.FrameworkSubscribed.newBuilder()
                                .setFrameworkInfo(framework("f2").getInfo()))
                        .build(),
                first().setFrameworkDisconnected(RegistryRecord.FrameworkDisconnected.newBuilder()
                                .setFrameworkId(FrameworkID.newBuilder().setValue("f1"))
                                .setDeadlineEpochMs(99))
                        .build(),
                first().setFrameworkSubscribed(RegistryRecord.FrameworkSubscribed.newBuilder()
                                .setFrameworkInfo(framework("f4").getInfo()))
                        .build(),
                first().setFrameworkRemoved(RegistryRecord.FrameworkRemoved.newBuilder()
                                .setFrameworkId(FrameworkID.newBuilder().setValue("f4")))
                        .build());
    }

    private static RegistryRecord.Builder first() {
        return RegistryRecord.newBuilder().setVersion(1);
    }

    /** A registry of a size: {@code tasks} spread over {@code agents}, ids as long as in life. */
    static RegistryState large(int agents, int tasks) {
        RegistryState state = new RegistryState();
        String master = "5f0c8a55-7a5b-4a52-93f6-1f3b2f1f5e0a";
        String framework = master + "-0001";
        state.apply(Changes.none()
                .put(Kind.FRAMEWORK, framework, framework(framework).build())
                .record());
        for (int i = 0; i < agents; i++) {
            String id = master + "-S" + i;
            state.apply(Changes.none().put(Kind.AGENT, id, agent(id)).record());
        }
        for (int i = 0; i < tasks; i++) {
            String id = String.format(Locale.ROOT, "service-%04d.instance-%08x.web", i % 5000, i * 0x9E3779B9);
            String agent = master + "-S" + i % agents;
            state.apply(Changes.none()
                    .put(Kind.TASK, Kind.taskKey(framework, id), task(framework, agent, id))
                    .record());
        }
        return state;
    }
}
