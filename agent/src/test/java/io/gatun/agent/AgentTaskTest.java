package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.containerizer.Limitation;
import io.gatun.isolator.ContainerConfig;
import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.DurationInfo;
import io.gatun.mesos.v1.Environment;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.mesos.v1.TaskStatus.Source;
import io.gatun.mesos.v1.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task's way through the agent, with played containers, over the real link. */
final class AgentTaskTest {
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
    void shouldReportStartingRunningFinished() {
        harness.master.run(Samples.framework(), Samples.task("t").build());
        ContainerConfig container = harness.containers.await("t");
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        harness.containers.end(container.id(), 0);
        AgentCall.Update last = harness.master.awaitUpdate("t", TaskState.TASK_FINISHED);
        assertThat(harness.master.states("t"))
                .containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
        TaskStatus status = last.getStatus();
        assertThat(status.getMessage()).isEqualTo("Command exited with status 0");
        assertThat(status.getSource()).isEqualTo(Source.SOURCE_EXECUTOR);
        assertThat(status.getExecutorId().getValue()).isEqualTo("t");
        assertThat(status.getAgentId().getValue()).isEqualTo("m-S0");
        assertThat(status.getUuid().size()).isEqualTo(16);
        assertThat(status.getTimestamp()).isGreaterThan(1e9);
        assertThat(status.getContainerStatus().getContainerId().getValue()).isEqualTo(container.id());
        assertThat(status.getContainerStatus()
                        .getNetworkInfos(0)
                        .getIpAddresses(0)
                        .getIpAddress())
                .isEqualTo("127.0.0.1");
        assertThat(last.getLatestState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(harness.master.awaitUpdate("t", TaskState.TASK_STARTING).getLatestState())
                .isIn(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
    }

    @Test
    void shouldTellWhatHealthChecksOfTheContainerizerFind() {
        harness.master.run(Samples.framework(), Samples.task("t").build());
        String container = harness.containers.await("t").id();
        TaskStatus running =
                harness.master.awaitUpdate("t", TaskState.TASK_RUNNING).getStatus();
        assertThat(running.hasHealthy()).isFalse();
        harness.containers.checked("another", false);
        harness.containers.checked(container, true);
        harness.containers.checked(container, true);
        harness.containers.checked(container, false);
        harness.containers.end(container, 0);
        harness.master.awaitUpdate("t", TaskState.TASK_FINISHED);
        assertThat(harness.master.states("t"))
                .containsExactly(
                        TaskState.TASK_STARTING,
                        TaskState.TASK_RUNNING,
                        TaskState.TASK_RUNNING,
                        TaskState.TASK_RUNNING,
                        TaskState.TASK_FINISHED);
        TaskStatus good = harness.master.updates("t").get(2).getStatus();
        assertThat(good.getHealthy()).isTrue();
        assertThat(good.getReason()).isEqualTo(Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED);
        TaskStatus bad = harness.master.updates("t").get(3).getStatus();
        assertThat(bad.hasHealthy() && !bad.getHealthy()).isTrue();
    }

    @Test
    void shouldGiveTheContainerItsSandboxEnvironmentAndLimits() throws Exception {
        CommandInfo.Builder command = CommandInfo.newBuilder()
                .setValue("exec sleep 1")
                .setEnvironment(Environment.newBuilder()
                        .addVariables(Environment.Variable.newBuilder()
                                .setName("PORT0")
                                .setValue("31000")));
        harness.master.run(
                Samples.framework(), Samples.task("t").setCommand(command).build());
        ContainerConfig container = harness.containers.await("t");
        Path runs = workDir.resolve("slaves/m-S0/frameworks/" + Samples.FRAMEWORK + "/executors/t/runs");
        assertThat(container.sandbox()).isEqualTo(runs.resolve(container.id()));
        assertThat(Files.readSymbolicLink(runs.resolve("latest"))).hasToString(container.id());
        assertThat(container.stdout())
                .isEqualTo(container.sandbox().resolve("stdout"))
                .exists();
        assertThat(container.stderr())
                .isEqualTo(container.sandbox().resolve("stderr"))
                .exists();
        assertThat(container.argv()).containsExactly("/bin/sh", "-c", "exec sleep 1");
        assertThat(container.environment())
                .containsEntry("PORT0", "31000")
                .containsEntry("MESOS_SANDBOX", container.sandbox().toString())
                .containsEntry("MESOS_FRAMEWORK_ID", Samples.FRAMEWORK)
                .containsEntry("MESOS_EXECUTOR_ID", "t")
                .containsEntry("MESOS_SLAVE_ID", "m-S0")
                .containsEntry(
                        "MESOS_AGENT_ENDPOINT", "127.0.0.1:" + harness.agent().port())
                .containsKey("PATH");
        assertThat(container.limits().cpus()).isEqualTo(0.5);
        assertThat(container.limits().memoryBytes()).isEqualTo(64 * AgentHarness.MIB);
        assertThat(container.limits().pids()).isEqualTo(new AgentFlags().containerPidsLimit);
        assertThat(container.user()).isEmpty();
    }

    @Test
    void shouldRunProgramWithItsArgumentsWithoutShell() {
        CommandInfo.Builder command = CommandInfo.newBuilder()
                .setShell(false)
                .setValue("/bin/echo")
                .addAllArguments(List.of("echo", "a b", "$c"));
        harness.master.run(
                Samples.framework(), Samples.task("t").setCommand(command).build());
        assertThat(harness.containers.await("t").argv()).containsExactly("/bin/echo", "a b", "$c");
    }

    @Test
    void shouldLetLimitsOverrideResources() {
        harness.master.run(
                Samples.framework(),
                Samples.task("t")
                        .putLimits(
                                "cpus",
                                Value.Scalar.newBuilder()
                                        .setValue(Double.POSITIVE_INFINITY)
                                        .build())
                        .putLimits(
                                "mem", Value.Scalar.newBuilder().setValue(256).build())
                        .build());
        ContainerConfig container = harness.containers.await("t");
        assertThat(container.limits().cpus()).isZero();
        assertThat(container.limits().cpu().request()).as("its share stays").isEqualTo(0.5);
        assertThat(container.limits().memoryBytes()).isEqualTo(256 * AgentHarness.MIB);
        assertThat(container.limits().memory().softBytes()).isEqualTo(64 * AgentHarness.MIB);
    }

    @Test
    void shouldFailTaskThatExitsNonZero() {
        TaskStatus status = runAndEnd(3 << 8);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(status.getMessage()).isEqualTo("Command exited with status 3");
        assertThat(status.hasReason()).isFalse();
    }

    @Test
    void shouldFailTaskThatASignalEnded() {
        TaskStatus status = runAndEnd(9);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(status.getMessage()).isEqualTo("Command terminated with signal Killed");
    }

    @Test
    void shouldNameMemoryLimit() {
        harness.master.run(Samples.framework(), Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        harness.containers.limit(harness.containers.await("t").id(), Limitation.MEMORY, "Memory limit exceeded: 64MB");
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(status.getSource()).isEqualTo(Source.SOURCE_AGENT);
        assertThat(status.getMessage()).isEqualTo("Memory limit exceeded: 64MB");
        assertThat(status.getLimitation().getResources(0)).isEqualTo(Samples.scalar("mem", 64));
    }

    @Test
    void shouldNameTheStepThatFailedAtLaunch() {
        harness.containers.failingStep = "mount proc on /proc: EPERM (Operation not permitted)";
        harness.master.run(Samples.framework(), Samples.task("t").build());
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(status.getMessage()).contains("mount proc on /proc: EPERM");
    }

    @Test
    void shouldTerminateWithGraceThenDestroy() {
        harness.containers.obeysSigterm = false;
        harness.master.run(
                Samples.framework(FrameworkInfo.Capability.Type.TASK_KILLING_STATE),
                Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        String id = harness.containers.await("t").id();
        // Longer than the default, so that it shows which of them counts.
        Duration grace = AgentCore.KILL_GRACE.plusMillis(200);
        long begunNs = System.nanoTime();
        harness.master.kill("t", Optional.of(grace));
        harness.master.awaitUpdate("t", TaskState.TASK_KILLING);
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_KILLED).getStatus();
        assertThat(Duration.ofNanos(System.nanoTime() - begunNs)).isGreaterThanOrEqualTo(grace);
        assertThat(status.getMessage()).isEqualTo("Command terminated with signal Killed");
        assertThat(harness.containers.signals.get(id)).containsExactly(15);
        assertThat(harness.containers.destroyed).containsExactly(id);
    }

    @Test
    void shouldNotTellKillingToFrameworkWithoutTheCapability() {
        harness.master.run(Samples.framework(), Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        harness.master.kill("t", Optional.empty());
        harness.master.awaitUpdate("t", TaskState.TASK_KILLED);
        assertThat(harness.master.states("t")).doesNotContain(TaskState.TASK_KILLING);
    }

    @Test
    void shouldSayThatATaskWasKilledByDraining() {
        harness.master.run(
                Samples.framework(FrameworkInfo.Capability.Type.TASK_KILLING_STATE),
                Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        harness.master.drain("t", false);
        assertThat(harness.master
                        .awaitUpdate("t", TaskState.TASK_KILLING)
                        .getStatus()
                        .getReason())
                .isEqualTo(Reason.REASON_AGENT_DRAINING);
        assertThat(harness.master
                        .awaitUpdate("t", TaskState.TASK_KILLED)
                        .getStatus()
                        .getReason())
                .isEqualTo(Reason.REASON_AGENT_DRAINING);
    }

    @Test
    void shouldSayThatATaskIsGoneWhenItsAgentIsDrainedForGood() {
        harness.master.run(
                Samples.framework(FrameworkInfo.Capability.Type.PARTITION_AWARE),
                Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        harness.master.drain("t", true);
        assertThat(harness.master
                        .awaitUpdate("t", TaskState.TASK_GONE_BY_OPERATOR)
                        .getStatus()
                        .getReason())
                .isEqualTo(Reason.REASON_AGENT_DRAINING);
    }

    @Test
    void shouldLetALaterKillShortenTheGrace() {
        harness.containers.obeysSigterm = false;
        harness.master.run(Samples.framework(), Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        harness.master.kill("t", Optional.of(Duration.ofHours(1)));
        Await.until("SIGTERM", () -> !harness.containers.signals.isEmpty());
        harness.master.kill("t", Optional.of(Duration.ZERO));
        harness.master.awaitUpdate("t", TaskState.TASK_KILLED);
    }

    @Test
    void shouldKillDuringLaunch() {
        harness.containers.launchGate = new CountDownLatch(1);
        harness.master.run(Samples.framework(), Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_STARTING);
        harness.master.kill("t", Optional.empty());
        // A second command proves that the kill was handled before the launch goes on.
        harness.master.kill("unknown", Optional.empty());
        harness.master.awaitUpdate("unknown", TaskState.TASK_LOST);
        harness.containers.launchGate.countDown();
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_KILLED).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
        assertThat(harness.master.states("t")).doesNotContain(TaskState.TASK_RUNNING);
        assertThat(harness.containers.containers()).isEmpty();
    }

    @Test
    void shouldAnswerKillOfUnknownTaskWithLost() {
        harness.master.kill("nobody", Optional.empty());
        TaskStatus status =
                harness.master.awaitUpdate("nobody", TaskState.TASK_LOST).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_EXECUTOR_TERMINATED);
        assertThat(status.getSource()).isEqualTo(Source.SOURCE_AGENT);
        assertThat(status.getAgentId().getValue()).isEqualTo("m-S0");
    }

    @Test
    void shouldFailTaskAtItsMaxCompletionTime() {
        harness.containers.obeysSigterm = false;
        harness.master.run(
                Samples.framework(),
                Samples.task("t")
                        .setMaxCompletionTime(DurationInfo.newBuilder().setNanoseconds(50_000_000))
                        .build());
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_MAX_COMPLETION_TIME_REACHED);
    }

    @Test
    void shouldRefuseWhatItCannotRun() {
        harness.master.run(
                Samples.framework(),
                Samples.task("t")
                        .setCommand(CommandInfo.newBuilder().setValue("true").setUser("no-such-user"))
                        .build());
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(status.getMessage()).contains("user=no-such-user");
    }

    @Test
    void shouldCallInvalidTaskAnError() {
        harness.master.run(Samples.framework(), Samples.task("t", "other-agent").build());
        TaskStatus status =
                harness.master.awaitUpdate("t", TaskState.TASK_ERROR).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_TASK_INVALID);
        assertThat(status.getMessage()).contains("agent_id='other-agent'");
    }

    @Test
    void shouldNeverLeaveTheWorkDirectoryForATaskId() {
        harness.master.run(Samples.framework(), Samples.task("../../../evil").build());
        TaskStatus status = harness.master
                .awaitUpdate("../../../evil", TaskState.TASK_ERROR)
                .getStatus();
        assertThat(status.getMessage()).contains("task_id='../../../evil'");
        assertThat(harness.containers.launched).isEmpty();
    }

    @Test
    void shouldForgetCheckpointsOfCompletedTask() {
        runAndEnd(0);
        Path framework = workDir.resolve("meta/slaves/m-S0/frameworks/" + Samples.FRAMEWORK);
        Await.until("meta of the task is removed", () -> !Files.exists(framework));
        Await.until("container is forgotten", () -> harness.containers.removed.size() == 1);
        assertThat(workDir.resolve("slaves/m-S0/frameworks/" + Samples.FRAMEWORK + "/executors/t/runs/latest/stdout"))
                .exists();
    }

    @Test
    void shouldEndFrameworksTasksSilently() {
        harness.master.run(Samples.framework(), Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        harness.master.send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.SHUTDOWN_FRAMEWORK)
                .setShutdownFramework(AgentEvent.ShutdownFramework.newBuilder()
                        .setFrameworkId(Samples.framework().getId())));
        Await.until("no container is left", () -> harness.containers.launched.isEmpty());
        assertThat(harness.master.states("t")).containsExactly(TaskState.TASK_STARTING, TaskState.TASK_RUNNING);
    }

    private TaskStatus runAndEnd(int waitStatus) {
        harness.master.run(Samples.framework(), Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        harness.containers.end(harness.containers.await("t").id(), waitStatus);
        TaskState state = waitStatus == 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
        return harness.master.awaitUpdate("t", state).getStatus();
    }
}
