package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Task;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that end without a word, and their successors on the same work directory. */
@Timeout(120)
final class AgentRecoveryTest {
    @TempDir
    Path workDir;

    private AgentHarness harness;

    @BeforeEach
    void start() {
        harness = new AgentHarness(workDir);
        harness.launch();
        harness.master.awaitSubscribe(1);
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void shouldTakeOverRunningTask() {
        String container = run("t");
        harness.crash();
        harness.launch();
        AgentCall.Subscribe again = harness.master.awaitSubscribe(2);
        assertThat(again.getAgentInfo().getId().getValue()).isEqualTo("m-S0");
        assertThat(again.getFrameworksList()).containsExactly(Samples.framework());
        Task task = again.getTasks(0).getTask();
        assertThat(task.getTaskId().getValue()).isEqualTo("t");
        assertThat(task.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(harness.containers.recoveries.getLast()).containsExactly(container);
        assertThat(harness.containers.destroyed).isEmpty();
        harness.containers.end(container, 0);
        harness.master.awaitUpdate("t", TaskState.TASK_FINISHED);
    }

    @Test
    void shouldTellOnlyHealthThatHasChangedMeanwhile() {
        String container = run("t");
        harness.containers.checked(container, true);
        Await.until("its health is known", () -> counter(Counter.VALID_STATUS_UPDATES) == 3);
        harness.crash();
        harness.launch();
        harness.master.awaitSubscribe(2);
        harness.containers.checked(container, true);
        harness.containers.checked(container, false);
        Await.until("it is told", () -> harness.master.updates("t").size() >= 4);
        TaskStatus status = harness.master.updates("t").get(3).getStatus();
        assertThat(status.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(status.hasHealthy() && !status.getHealthy()).isTrue();
    }

    @Test
    void shouldReportExitStatusOfTaskThatEndedMeanwhile() {
        String container = run("t");
        harness.crash();
        harness.containers.end(container, 7 << 8);
        harness.launch();
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getMessage()).isEqualTo("Command exited with status 7");
    }

    @Test
    void shouldResendUnacknowledgedUpdate() {
        harness.master.acknowledges = false;
        harness.master.run(Samples.framework(), Samples.task("t").build());
        TaskStatus first =
                harness.master.awaitUpdate("t", TaskState.TASK_STARTING).getStatus();
        harness.containers.await("t");
        harness.crash();
        harness.launch();
        harness.master.awaitSubscribe(2);
        Await.until("the same update again", () -> harness.master.updates("t").size() >= 2);
        assertThat(harness.master.updates("t").getLast().getStatus()).isEqualTo(first);
        harness.master.acknowledges = true;
        harness.master.acknowledge(harness.master.updates("t").getLast());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
    }

    @Test
    void shouldNotRepeatAcknowledgedUpdates() {
        String container = run("t");
        Await.until("both are acknowledged", () -> counter(Counter.VALID_STATUS_UPDATES) == 2);
        harness.crash();
        harness.launch();
        harness.master.awaitSubscribe(2);
        harness.containers.end(container, 0);
        harness.master.awaitUpdate("t", TaskState.TASK_FINISHED);
        assertThat(harness.master.states("t"))
                .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
    }

    @Test
    void shouldFinishKillOfItsPredecessor() {
        harness.containers.obeysSigterm = false;
        harness.containers.indestructible = true; // the predecessor gets no further than SIGTERM
        String container = run("t");
        harness.master.kill("t", Optional.of(Duration.ofMillis(200)));
        Await.until("SIGTERM", () -> !harness.containers.signals.isEmpty());
        harness.crash();
        harness.containers.indestructible = false;
        harness.containers.signals.clear();
        harness.launch();
        harness.master.awaitUpdate("t", TaskState.TASK_KILLED);
        assertThat(harness.containers.signals.get(container)).containsExactly(15);
        assertThat(harness.containers.destroyed).containsExactly(container);
    }

    @Test
    void shouldFailTasksOfAnEarlierBoot() {
        run("t");
        harness.reboot();
        harness.launch();
        AgentCall.Subscribe again = harness.master.awaitSubscribe(2);
        assertThat(again.getAgentInfo().getId().getValue()).isEqualTo("m-S0");
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_AGENT_RESTARTED);
        assertThat(status.getMessage()).isEqualTo("The host was rebooted");
    }

    @Test
    void shouldDropTaskThatWasNeverLaunched() {
        harness.containers.launchGate = new CountDownLatch(1);
        harness.master.run(
                Samples.framework(FrameworkInfo.Capability.Type.PARTITION_AWARE),
                Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_STARTING);
        harness.containers.failingStep = "the agent is dead";
        harness.crash();
        harness.launch();
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_DROPPED).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_AGENT_RESTARTED);
        harness.containers.launchGate.countDown();
    }

    @Test
    void shouldDropTornUpdateAndKeepTheRest() throws Exception {
        String container = run("t");
        harness.crash();
        Files.write(updates(container), new byte[] {0, 0, 1, 0, 42}, StandardOpenOption.APPEND);
        harness.launch();
        assertThat(harness.master.awaitSubscribe(2).getTasks(0).getTask().getState())
                .isEqualTo(TaskState.TASK_RUNNING);
    }

    @Test
    void shouldRefuseToStartOnDamagedCheckpoint() throws Exception {
        String container = run("t");
        harness.crash();
        byte[] bytes = Files.readAllBytes(updates(container));
        bytes[20] ^= 1;
        Files.write(updates(container), bytes);
        assertThatThrownBy(harness::launch)
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(updates(container) + ": corrupt at byte 0: checksum mismatch");
    }

    @Test
    void shouldStartAnewWhenToldToCleanUp() {
        String container = run("t");
        harness.crash();
        harness.launch(flags -> flags.recover = "cleanup");
        AgentCall.Subscribe again = harness.master.awaitSubscribe(2);
        assertThat(again.getAgentInfo().hasId()).isFalse();
        assertThat(again.getTasksList()).isEmpty();
        assertThat(harness.containers.destroyed).containsExactly(container);
    }

    @Test
    void shouldRefuseToOfferLessThanItsTasksUse() {
        run("t");
        harness.crash();
        assertThatThrownBy(() -> harness.launch(flags -> flags.resources = "cpus:0.1"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("the tasks that still run here use");
    }

    @Test
    void shouldKeepASecondAgentOut() {
        assertThatThrownBy(harness::launch)
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--work_dir=" + workDir + ": another agent uses it");
    }

    @Test
    void shouldEndTasksAndRegisterAnewWhenShutDownByTheMaster() {
        String container = run("t");
        harness.master.send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.SHUTDOWN)
                .setShutdown(AgentEvent.Shutdown.newBuilder().setMessage("marked gone")));
        AgentCall.Subscribe again = harness.master.awaitSubscribe(2);
        assertThat(again.getAgentInfo().hasId()).isFalse();
        assertThat(again.getTasksList()).isEmpty();
        assertThat(harness.containers.signals.get(container)).containsExactly(15);
        assertThat(harness.containers.containers()).isEmpty();
        Await.until("the new id is checkpointed", () -> harness.agent().id().equals(Optional.of("m-S1")));
        assertThat(workDir.resolve("meta/slaves/m-S0")).doesNotExist();
    }

    @Test
    void shouldRegisterAnewWhenItWasRemovedWhileAway() {
        String container = run("t");
        harness.crash();
        harness.master.removedAgent = "m-S0";
        harness.launch();
        assertThat(harness.master.awaitSubscribe(3).getAgentInfo().hasId()).isFalse();
        assertThat(harness.containers.signals.get(container)).containsExactly(15);
    }

    @Test
    void shouldEndTasksOnShutdownAndDeliverTheirEndLater() {
        harness.containers.obeysSigterm = false;
        String container = run("t");
        harness.master.acknowledges = false;
        harness.agent().shutdown(); // for acknowledgements it would wait for ever
        assertThat(harness.containers.destroyed).containsExactly(container);
        assertThat(harness.containers.removed).containsExactly(container);
        harness.master.acknowledges = true;
        harness.launch();
        harness.master.awaitUpdate("t", TaskState.TASK_KILLED);
        Await.until("it is completed", () -> !Files.exists(updates(container)));
    }

    @Test
    void shouldLeaveTasksRunningOnClose() {
        String container = run("t");
        harness.agent().close();
        assertThat(harness.containers.signals).isEmpty();
        assertThat(harness.containers.containers()).hasSize(1);
        assertThat(updates(container)).exists();
    }

    private String run(String taskId) {
        harness.master.run(Samples.framework(), Samples.task(taskId).build());
        harness.master.awaitUpdate(taskId, TaskState.TASK_RUNNING);
        return harness.containers.await(taskId).id();
    }

    private long counter(Counter counter) {
        return harness.agent().snapshot().orElseThrow().counters().get(counter);
    }

    private Path updates(String container) {
        return workDir.resolve("meta/slaves/m-S0/frameworks/" + Samples.FRAMEWORK + "/executors/t/runs/" + container
                + "/tasks/t/task.updates");
    }
}
