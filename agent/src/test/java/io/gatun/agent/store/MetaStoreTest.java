package io.gatun.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.gatun.agent.store.RecoveredAgent.RecoveredTask;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetaStoreTest {
    private static final AgentInfo AGENT = AgentInfo.newBuilder()
            .setHostname("h")
            .setId(AgentID.newBuilder().setValue("S0"))
            .build();
    private static final FrameworkInfo FRAMEWORK = FrameworkInfo.newBuilder()
            .setUser("u")
            .setName("n")
            .setId(FrameworkID.newBuilder().setValue("F"))
            .build();
    private static final TaskInfo TASK = TaskInfo.newBuilder()
            .setName("n")
            .setTaskId(TaskID.newBuilder().setValue("t"))
            .setAgentId(AGENT.getId())
            .build();
    private static final RunPath RUN = new RunPath("S0", "F", "t", "c");

    @TempDir
    Path workDir;

    private Layout layout;
    private MetaStore meta;

    @BeforeEach
    void open() {
        layout = new Layout(workDir);
        meta = new MetaStore(layout);
    }

    @Test
    void shouldRecoverNothingFromNothing() {
        assertThat(meta.recover()).isEmpty();
        assertThat(meta.bootId()).isEmpty();
    }

    @Test
    void shouldRecoverWhatWasSaved() {
        meta.saveBootId("b");
        try (UpdateLog log = save()) {
            log.update(status(TaskState.TASK_STARTING, "1"));
            log.acknowledged(ByteString.copyFromUtf8("1"));
            log.update(status(TaskState.TASK_RUNNING, "2"));
        }
        RecoveredAgent recovered = meta.recover().orElseThrow();
        assertThat(meta.bootId()).contains("b");
        assertThat(recovered.info()).isEqualTo(AGENT);
        assertThat(recovered.frameworks()).containsExactly(FRAMEWORK);
        RecoveredTask task = recovered.tasks().getFirst();
        assertThat(task.run()).isEqualTo(RUN);
        assertThat(task.info()).isEqualTo(TASK);
        assertThat(task.updates())
                .containsExactly(status(TaskState.TASK_STARTING, "1"), status(TaskState.TASK_RUNNING, "2"));
        assertThat(task.acknowledged()).containsExactly(ByteString.copyFromUtf8("1"));
        task.log().close();
    }

    @Test
    void shouldAppendBehindARecoveredLog() {
        save().close();
        RecoveredTask first = meta.recover().orElseThrow().tasks().getFirst();
        first.log().update(status(TaskState.TASK_STARTING, "1"));
        first.log().close();
        RecoveredTask second = meta.recover().orElseThrow().tasks().getFirst();
        assertThat(second.updates()).hasSize(1);
        second.log().close();
    }

    @Test
    void shouldCleanUpARemovalThatACrashInterrupted() throws Exception {
        save().close();
        Files.delete(layout.metaTask(RUN, "t").resolve("task.info"));
        RecoveredAgent recovered = meta.recover().orElseThrow();
        assertThat(recovered.tasks()).isEmpty();
        assertThat(recovered.frameworks()).isEmpty();
        assertThat(layout.metaFramework("S0", "F")).doesNotExist();
    }

    @Test
    void shouldRemoveRunWithoutTrace() {
        save().close();
        meta.removeRun(RUN, "t");
        assertThat(layout.metaExecutor(RUN)).doesNotExist();
        meta.removeFramework("S0", "F");
        assertThat(meta.recover().orElseThrow().tasks()).isEmpty();
    }

    @Test
    void shouldForgetAgent() {
        save().close();
        meta.forgetAgent("S0");
        assertThat(meta.recover()).isEmpty();
        assertThat(layout.metaAgents()).doesNotExist();
    }

    @Test
    void shouldNameDamagedFile() throws Exception {
        save().close();
        Path file = layout.frameworkInfo("S0", "F");
        Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertThatThrownBy(() -> meta.recover())
                .isInstanceOf(CorruptFileException.class)
                .hasMessageStartingWith(file.toString());
    }

    private UpdateLog save() {
        meta.saveAgent(AGENT);
        meta.saveFramework("S0", FRAMEWORK);
        return meta.saveTask(RUN, TASK);
    }

    private static TaskStatus status(TaskState state, String uuid) {
        return TaskStatus.newBuilder()
                .setTaskId(TASK.getTaskId())
                .setState(state)
                .setUuid(ByteString.copyFromUtf8(uuid))
                .build();
    }
}
