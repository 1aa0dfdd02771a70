package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.TaskStatus.Reason;
import io.gatun.testkit.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real containers under a played master. */
@KernelTest
final class AgentKernelTest {
    @TempDir
    Path workDir;

    private final FakeMaster master = new FakeMaster();
    private Agent agent;

    @BeforeEach
    void start() {
        agent = launch();
        master.awaitSubscribe(1);
    }

    @AfterEach
    void stop() {
        agent.shutdown();
        master.close();
    }

    @Test
    void shouldRunCommandInItsSandbox() throws Exception {
        master.run(Samples.framework(), task("echo $MESOS_TASK_ID; pwd; echo oops >&2; exit 3"));
        TaskStatus status = master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getMessage()).isEqualTo("Command exited with status 3");
        Path sandbox = sandbox();
        assertThat(Files.readString(sandbox.resolve("stdout"))).isEqualTo("t\n" + sandbox.toRealPath() + "\n");
        assertThat(Files.readString(sandbox.resolve("stderr"))).isEqualTo("oops\n");
    }

    @Test
    void shouldGiveSandboxToTheTasksUser() throws Exception {
        master.run(
                Samples.framework(),
                Samples.task("t")
                        .setCommand(CommandInfo.newBuilder()
                                .setValue("id -un; echo mine > file")
                                .setUser("nobody"))
                        .build());
        master.awaitUpdate("t", TaskState.TASK_FINISHED);
        assertThat(Files.readString(sandbox().resolve("stdout"))).isEqualTo("nobody\n");
        assertThat(Files.getOwner(sandbox().resolve("file")).getName()).isEqualTo("nobody");
    }

    @Test
    void shouldNameTheMemoryLimitThatATaskHits() {
        master.run(Samples.framework(), task("head -c 100m /dev/zero | tail"));
        TaskStatus status = master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getReason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(status.getLimitation().getResources(0)).isEqualTo(Samples.scalar("mem", 64));
    }

    @Test
    void shouldKillTaskThatIgnoresSigterm() {
        master.run(Samples.framework(), task("trap '' TERM; touch trapped; while true; do sleep 1; done"));
        master.awaitUpdate("t", TaskState.TASK_RUNNING);
        Await.until("the trap is set", () -> Files.exists(sandbox().resolve("trapped")));
        master.kill("t", Optional.of(Duration.ofMillis(500)));
        TaskStatus status = master.awaitUpdate("t", TaskState.TASK_KILLED).getStatus();
        assertThat(status.getMessage()).isEqualTo("Command terminated with signal Killed");
    }

    @Test
    void shouldTakeOverTasksOfAnAgentThatVanished() throws Exception {
        master.run(Samples.framework(), task("while [ ! -e end ]; do sleep 0.1; done; exit 5"));
        master.awaitUpdate("t", TaskState.TASK_RUNNING);
        agent.abandon();
        agent = launch();
        assertThat(master.awaitSubscribe(2).getTasks(0).getTask().getState()).isEqualTo(TaskState.TASK_RUNNING);
        Files.createFile(sandbox().resolve("end"));
        TaskStatus status = master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getMessage()).isEqualTo("Command exited with status 5");
    }

    @Test
    void shouldReportTaskThatEndedWhileNoAgentWasThere() throws Exception {
        master.run(Samples.framework(), task("while [ ! -e end ]; do sleep 0.1; done; touch ended; exit 6"));
        master.awaitUpdate("t", TaskState.TASK_RUNNING);
        agent.abandon();
        Files.createFile(sandbox().resolve("end"));
        Await.until("the task has ended", () -> Files.exists(sandbox().resolve("ended")));
        agent = launch();
        TaskStatus status = master.awaitUpdate("t", TaskState.TASK_FAILED).getStatus();
        assertThat(status.getMessage()).isEqualTo("Command exited with status 6");
    }

    @Test
    void shouldLeaveNothingRunningAfterShutdown() throws Exception {
        master.run(
                Samples.framework(), task("trap '' TERM; sleep 12345 & touch trapped; while true; do sleep 1; done"));
        master.awaitUpdate("t", TaskState.TASK_RUNNING);
        Await.until("the trap is set", () -> Files.exists(sandbox().resolve("trapped")));
        agent.shutdown();
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            assertThat(processes.map(p -> p.info().commandLine().orElse("")))
                    .noneMatch(line -> line.contains("sleep 12345"));
        }
        try (Stream<Path> left = Files.list(workDir.resolve("run/containers"))) {
            assertThat(left).isEmpty();
        }
    }

    private Agent launch() {
        AgentFlags flags = new AgentFlags();
        flags.port = 0;
        flags.master = "127.0.0.1:" + master.port();
        flags.workDir = workDir;
        flags.registrationBackoffFactor = "10ms";
        flags.cgroupsRoot = "agent-test";
        return Agent.launch(flags);
    }

    private static TaskInfo task(String command) {
        return Samples.task("t")
                .setCommand(CommandInfo.newBuilder().setValue(command))
                .build();
    }

    private Path sandbox() {
        return workDir.resolve("slaves/m-S0/frameworks/" + Samples.FRAMEWORK + "/executors/t/runs/latest");
    }
}
