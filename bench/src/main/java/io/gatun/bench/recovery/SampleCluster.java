package io.gatun.bench.recovery;

import com.google.protobuf.ByteString;
import io.gatun.master.registry.AgentRecord;
import io.gatun.master.registry.Changes;
import io.gatun.master.registry.FrameworkRecord;
import io.gatun.master.registry.Kind;
import io.gatun.master.registry.TaskRecord;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.Attribute;
import io.gatun.mesos.v1.ContainerStatus;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Label;
import io.gatun.mesos.v1.Labels;
import io.gatun.mesos.v1.NetworkInfo;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.Value;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a large cluster's master writes, the same each time: ids, resources, labels and addresses as long as in life. */
final class SampleCluster {
    private static final String MASTER = "5f0c8a55-7a5b-4a52-93f6-1f3b2f1f5e0a";
    private static final String FRAMEWORK = MASTER + "-0000";
    private static final int SERVICES = 5_000;
    private static final int RACKS = 1_000;
    private static final int FIRST_PORT = 31_000;
    private static final int PORTS = 1_000;
    private static final ByteString UUID = ByteString.copyFromUtf8("0123456789abcdef");

    private static final HexFormat HEX = HexFormat.of();
    private static final int LAST_DIGITS = 12;

    private final int agents;
    private final int tasks;
    // Made once: who appends must not take longer to think of an entry than the log to keep it.
    private final List<String> services;
    private final List<List<Resource>> resources;

    SampleCluster(int agents, int tasks) {
        this.agents = agents;
        this.tasks = tasks;
        this.services = IntStream.range(0, SERVICES)
                .mapToObj(number -> String.format(Locale.ROOT, "service-%04d", number))
                .toList();
        this.resources = IntStream.range(FIRST_PORT, FIRST_PORT + PORTS)
                .mapToObj(SampleCluster::resources)
                .toList();
    }

    private static List<Resource> resources(int port) {
        return Resources.parse("cpus:0.5;mem:128;ports:[" + port + "-" + port + "]").toProtos().stream()
                .map(resource -> resource.toBuilder()
                        .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("prod"))
                        .build())
                .toList();
    }

    int agents() {
        return agents;
    }

    int tasks() {
        return tasks;
    }

    /** The one framework whose tasks they are. */
    void framework(Changes changes) {
        FrameworkID id = FrameworkID.newBuilder().setValue(FRAMEWORK).build();
        FrameworkInfo info = FrameworkInfo.newBuilder()
                .setUser("root")
                .setName("marathon")
                .setId(id)
                .addRoles("prod")
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .setFailoverTimeout(604_800)
                .setCheckpoint(true)
                .build();
        changes.put(
                Kind.FRAMEWORK,
                FRAMEWORK,
                FrameworkRecord.newBuilder().setInfo(info).build());
    }

    /** An agent, 0 to {@link #agents} - 1. */
    void agent(Changes changes, int number) {
        String id = agentId(number);
        AgentInfo.Builder info = AgentInfo.newBuilder()
                .setHostname(String.format(Locale.ROOT, "node-%05d.example.com", number))
                .setPort(5051)
                .setId(AgentID.newBuilder().setValue(id))
                .addAllResources(Resources.parse("cpus:64;mem:512000;disk:3600000;ports:[31000-32000]")
                        .toProtos())
                .addAttributes(attribute("rack", "rack-" + number % RACKS))
                .addAttributes(attribute("zone", "zone-" + number % 3))
                .addAttributes(attribute("os", "linux"));
        AgentRecord.Builder record = AgentRecord.newBuilder()
                .setInfo(info)
                .setPid("slave(1)@10." + (number >> 16) + "." + (number >> 8 & 0xFF) + "." + (number & 0xFF) + ":5051")
                .setVersion("1.11.0")
                .setRegisteredEpochMs(1_700_000_000_000L + number);
        for (AgentInfo.Capability.Type type : AgentInfo.Capability.Type.values()) {
            record.addCapabilities(AgentInfo.Capability.newBuilder().setType(type));
        }
        changes.put(Kind.AGENT, id, record.build());
    }

    private static Attribute attribute(String name, String value) {
        return Attribute.newBuilder()
                .setName(name)
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue(value))
                .build();
    }

    private static String agentId(int number) {
        return MASTER + "-S" + number;
    }

    private String service(long number) {
        return services.get((int) (number % SERVICES));
    }

    private String taskId(long number) {
        return service(number) + ".instance-" + HEX.toHexDigits((int) number * 0x9E3779B9) + "-7a5b-4a52-93f6-"
                + HEX.toHexDigits(number, LAST_DIGITS) + ".web";
    }

    private String key(long number) {
        return Kind.taskKey(FRAMEWORK, taskId(number));
    }

    /** A task as it is sent to its agent; any number, of which those at a distance of {@link #tasks} are in one place. */
    void launched(Changes changes, long number) {
        Task.Builder task = task(number, TaskState.TASK_STAGING);
        changes.put(
                Kind.TASK, key(number), TaskRecord.newBuilder().setTask(task).build());
    }

    /** A task that runs, and whose framework knows it. */
    void running(Changes changes, long number) {
        Task.Builder task = task(number, TaskState.TASK_RUNNING)
                .setStatusUpdateState(TaskState.TASK_RUNNING)
                .setStatusUpdateUuid(UUID);
        task.addStatuses(TaskStatus.newBuilder()
                .setTaskId(task.getTaskId())
                .setState(TaskState.TASK_RUNNING)
                .setAgentId(task.getAgentId())
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setTimestamp(1.7e9 + number)
                .setUuid(UUID)
                .setHealthy(true)
                .setContainerStatus(ContainerStatus.newBuilder()
                        .addNetworkInfos(NetworkInfo.newBuilder()
                                .addIpAddresses(NetworkInfo.IPAddress.newBuilder()
                                        .setIpAddress("172.29." + (number >> 8 & 0xFF) + "." + (number & 0xFF))))));
        TaskRecord record = TaskRecord.newBuilder()
                .setTask(task)
                .setAcknowledgedUuid(UUID)
                .setAcknowledgedState(TaskState.TASK_RUNNING)
                .build();
        changes.put(Kind.TASK, key(number), record);
    }

    /** A task whose end was acknowledged. */
    void ended(Changes changes, long number) {
        changes.remove(Kind.TASK, key(number));
    }

    private Task.Builder task(long number, TaskState state) {
        return Task.newBuilder()
                .setName(service(number))
                .setTaskId(TaskID.newBuilder().setValue(taskId(number)))
                .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK))
                .setAgentId(AgentID.newBuilder().setValue(agentId((int) (number % tasks % agents))))
                .setState(state)
                .setLabels(Labels.newBuilder()
                        .addLabels(Label.newBuilder().setKey("owner").setValue("team-" + number % 100)))
                .addAllResources(resources.get((int) (number / agents % PORTS)));
    }
}
