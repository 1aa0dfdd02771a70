package io.gatun.dist;

import io.gatun.master.allocator.DrfAllocator;
import io.gatun.master.allocator.DrfConfig;
import io.gatun.master.registry.AgentRecord;
import io.gatun.master.registry.Changes;
import io.gatun.master.registry.FrameworkRecord;
import io.gatun.master.registry.Kind;
import io.gatun.master.registry.RegistryState;
import io.gatun.master.registry.TaskRecord;
import io.gatun.master.state.AgentRules;
import io.gatun.master.state.Ids;
import io.gatun.master.state.MasterState;
import io.gatun.master.state.StateConfig;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.MasterInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A term of a large cluster, begun without a log and without anybody who listens: the AOT cache keeps what the JVM learns
 * here of the methods (JEP 515), so that a master which is started on half a million tasks need not learn it first.
 */
final class RegistryTraining {
    private static final String FRAMEWORK = "training";
    /** As often as the JVM wants to see a method before it compiles it for good, twice over. */
    private static final int TASKS = 30_000;

    private static final int TASKS_PER_AGENT = 10;
    private static final int TASKS_PER_ENTRY = 20;
    private static final int MANY = 1_000;
    private static final long NEVER_MS = 600_000;

    private RegistryTraining() {}

    /** Takes a second or two. */
    static void run() throws IOException {
        RegistryState written = new RegistryState();
        Changes changes = Changes.none();
        FrameworkInfo info = FrameworkInfo.newBuilder()
                .setUser("root")
                .setName(FRAMEWORK)
                .setId(FrameworkID.newBuilder().setValue(FRAMEWORK))
                .build();
        changes.put(
                Kind.FRAMEWORK,
                FRAMEWORK,
                FrameworkRecord.newBuilder().setInfo(info).build());
        for (int number = 0; number < TASKS; number++) {
            if (number % TASKS_PER_AGENT == 0) {
                changes.put(Kind.AGENT, agentId(number), agent(number));
            }
            changes.put(Kind.TASK, Kind.taskKey(FRAMEWORK, "task-" + number), task(number));
            if (number % TASKS_PER_ENTRY == TASKS_PER_ENTRY - 1) {
                byte[] entry = changes.record().toByteArray();
                written.apply(new UnsafeBuffer(entry), 0, entry.length);
                changes = Changes.none();
            }
        }
        RegistryState restored = new RegistryState();
        restored.restore(new ByteArrayInputStream(written.view().toByteArray()));
        term().recover(restored.view(), System.currentTimeMillis());
    }

    private static String agentId(int task) {
        return "agent-" + task / TASKS_PER_AGENT;
    }

    private static AgentRecord agent(int task) {
        return AgentRecord.newBuilder()
                .setInfo(AgentInfo.newBuilder()
                        .setHostname("localhost")
                        .setId(AgentID.newBuilder().setValue(agentId(task)))
                        .addAllResources(Resources.parse("cpus:64;mem:512000;ports:[31000-32000]")
                                .toProtos()))
                .setVersion("1.11.0")
                .build();
    }

    private static TaskRecord task(int number) {
        return TaskRecord.newBuilder()
                .setTask(Task.newBuilder()
                        .setName(FRAMEWORK)
                        .setTaskId(TaskID.newBuilder().setValue("task-" + number))
                        .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK))
                        .setAgentId(AgentID.newBuilder().setValue(agentId(number)))
                        .setState(TaskState.TASK_RUNNING)
                        .addAllResources(Resources.parse("cpus:0.5;mem:128").toProtos()))
                .build();
    }

    private static MasterState term() {
        MasterInfo master =
                MasterInfo.newBuilder().setId(FRAMEWORK).setIp(0).setPort(0).build();
        StateConfig config = new StateConfig(
                master,
                0,
                0,
                MANY,
                new AgentRules(NEVER_MS, 5, NEVER_MS, Optional.empty(), 1, 1, NEVER_MS, NEVER_MS, MANY),
                OptionalLong.empty(),
                Set.of(),
                Map.of(),
                MANY,
                MANY,
                MANY);
        return new MasterState(
                config,
                new Ids(FRAMEWORK),
                new DrfAllocator(new DrfConfig(Map.of(), List.of(Resources.parse("cpus:0.01")), MANY, 1)));
    }
}
