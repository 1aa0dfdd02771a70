package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.TaskState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registration, pings, reconnects. */
final class AgentLinkTest {
    @TempDir
    Path workDir;

    private AgentHarness harness;

    @BeforeEach
    void start() {
        harness = new AgentHarness(workDir);
    }

    @AfterEach
    void stop() {
        harness.close();
    }

    @Test
    void shouldRegisterWithWhatItHas() {
        Agent agent = harness.launch(flags -> {
            flags.attributes = "rack:a";
            flags.hostname = "node-1";
            flags.resources = "cpus:2";
        });
        AgentCall.Subscribe subscribe = harness.master.awaitSubscribe(1);
        AgentInfo info = subscribe.getAgentInfo();
        assertThat(info.hasId()).isFalse();
        assertThat(info.getHostname()).isEqualTo("node-1");
        assertThat(info.getPort()).isEqualTo(agent.port());
        assertThat(info.getAttributes(0).getText().getValue()).isEqualTo("a");
        assertThat(Resources.of(info.getResourcesList()))
                .isEqualTo(Resources.parse("cpus:2;mem:7168;disk:15360;ports:[31000-32000]"));
        assertThat(subscribe.getPid()).isEqualTo("slave(1)@127.0.0.1:" + agent.port());
        Await.until("registered", agent::registered);
        assertThat(agent.id()).contains("m-S0");
    }

    @Test
    void shouldAnswerPings() {
        harness.launch();
        harness.master.awaitSubscribe(1);
        harness.master.send(AgentEvent.newBuilder().setType(AgentEvent.Type.PING));
        Await.until("PONG", () -> !harness.master.calls(AgentCall.Type.PONG).isEmpty());
        assertThat(harness.master
                        .calls(AgentCall.Type.PONG)
                        .getFirst()
                        .getAgentId()
                        .getValue())
                .isEqualTo("m-S0");
    }

    @Test
    void shouldRegisterAgainWhenTheStreamBreaks() {
        harness.launch();
        harness.master.awaitSubscribe(1);
        Await.until("registered", harness.agent()::registered);
        harness.master.dropStream();
        assertThat(harness.master.awaitSubscribe(2).getAgentInfo().getId().getValue())
                .isEqualTo("m-S0");
    }

    @Test
    void shouldRegisterAgainWhenTheMasterIsSilent() {
        harness.master.pingTimeoutSeconds = 0.2;
        harness.launch();
        harness.master.awaitSubscribe(2);
    }

    @Test
    void shouldRegisterAgainAfterRefusal() {
        harness.launch();
        harness.master.awaitSubscribe(1);
        harness.master.send(AgentEvent.newBuilder()
                .setType(AgentEvent.Type.ERROR)
                .setError(AgentEvent.Error.newBuilder().setMessage("try later")));
        harness.master.awaitSubscribe(2);
    }

    @Test
    void shouldTellAReturningMasterItsTasksAndUpdatesFromBetween() {
        harness.launch();
        harness.master.run(awaitRegistered(), Samples.task("t").build());
        harness.master.awaitUpdate("t", TaskState.TASK_RUNNING);
        int port = harness.master.port();
        harness.master.leave();
        harness.containers.end(harness.containers.await("t").id(), 0);
        Await.until(
                "the agent has seen the end",
                () -> harness.agent().snapshot().stream()
                        .flatMap(state -> state.frameworks().stream())
                        .flatMap(framework -> framework.executors().stream())
                        .noneMatch(AgentSnapshot.ExecutorView::running));
        try (FakeMaster next = new FakeMaster(port)) {
            AgentCall.Subscribe subscribe = next.awaitSubscribe(1);
            assertThat(subscribe.getFrameworks(0).getId().getValue()).isEqualTo(Samples.FRAMEWORK);
            assertThat(subscribe.getTasks(0).getTask().getState()).isEqualTo(TaskState.TASK_FINISHED);
            next.awaitUpdate("t", TaskState.TASK_FINISHED);
        }
    }

    private FrameworkInfo awaitRegistered() {
        Await.until("registered", harness.agent()::registered);
        return Samples.framework();
    }
}
