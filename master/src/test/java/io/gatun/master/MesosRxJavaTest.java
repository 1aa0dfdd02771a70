package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An independent client as oracle: a framework on mesos-rxjava-protobuf-client 0.2.0 runs a task to TASK_FINISHED. It
 * needs protobuf 2.6.1 and Netty 4.1, which cannot share a class path with ours, so it has its own JVM and its own
 * {@code target/rxjava}, which the build fills.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class MesosRxJavaTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    @TempDir
    Path temp;

    @Test
    void shouldRunATaskToFinished() throws IOException, InterruptedException {
        Path output = temp.resolve("rxjava.log");
        try (RunningMaster master = RunningMaster.in(temp.resolve("master"));
                FakeAgent agent = FakeAgent.subscribed(
                        master, FakeAgent.with("cpus:2;mem:1024").build())) {
            Process framework = framework(master, output);
            try {
                AgentEvent.RunTask run = agent.await(AgentEvent.Type.RUN_TASK).getRunTask();
                FrameworkID frameworkId = run.getFrameworkInfo().getId();
                TaskID taskId = run.getTask().getTaskId();
                assertThat(taskId.getValue()).isEqualTo("rx-task");
                agent.update(frameworkId, taskId, TaskState.TASK_RUNNING, TaskState.TASK_RUNNING);
                agent.await(AgentEvent.Type.ACKNOWLEDGED);
                agent.update(frameworkId, taskId, TaskState.TASK_FINISHED, TaskState.TASK_FINISHED);
                agent.await(AgentEvent.Type.ACKNOWLEDGED);
                assertThat(framework.waitFor()).as(Files.readString(output)).isZero();
            } finally {
                framework.destroyForcibly().waitFor();
            }
        }
        assertThat(Files.readAllLines(output, StandardCharsets.UTF_8))
                .containsSubsequence("SUBSCRIBED", "HEARTBEAT", "TASK_RUNNING", "TASK_FINISHED");
    }

    private static Process framework(RunningMaster master, Path output) throws IOException {
        return new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        MODULE.resolve("target/rxjava") + "/*",
                        MODULE.resolve("src/test/rxjava/RxJavaFramework.java").toString(),
                        master.uri("/api/v1/scheduler").toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
