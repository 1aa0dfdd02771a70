package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.v1.AgentID;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the log tells of agents and frameworks. */
class NewsTest {
    private final Harness master = new Harness();

    private List<String> told() {
        return master.effects.stream()
                .flatMap(effect -> switch (effect) {
                    case Effect.News(String text) -> Stream.of(text);
                    case Effect.Log(String text) -> Stream.of("WARN " + text);
                    default -> Stream.empty();
                })
                .toList();
    }

    @Test
    void shouldTellOfAnAgentThatGoesAndComesBack() {
        String stream = master.register(Harness.agent("cpus:4;mem:1024")
                .setPid("slave(1)@10.0.1.1:5051")
                .build());
        AgentID id = master.agentId(stream);
        String title = "Agent " + id.getValue() + " at slave(1)@10.0.1.1:5051";
        assertThat(told()).containsExactly(title + " registered, with cpus:4; mem:1024");

        master.apply(new Command.AgentDisconnected(stream));
        master.pass(2 * Harness.REREGISTER_MS);
        AgentCall.Subscribe.Builder back = Harness.agent("cpus:4;mem:1024").setPid("slave(1)@10.0.1.1:5051");
        back.getAgentInfoBuilder().setId(id);
        master.register(back.build());
        assertThat(told().subList(1, told().size()))
                .containsExactly(
                        title + " disconnected",
                        "WARN " + title + " is unreachable, and so are its 0 tasks: it did not re-register in time",
                        title + " is back: it is unreachable no more");
    }

    @Test
    void shouldTellOfAFrameworkInOneLineWhateverItsName() {
        String stream = master.subscribe(Harness.framework()
                .setName("a\nMaster stopped")
                .setFailoverTimeout(7)
                .build());
        String title = "Framework " + master.frameworkId(stream).getValue() + " (a?Master stopped)";
        master.apply(new Command.SchedulerDisconnected(stream));
        master.pass(7_000);
        assertThat(told())
                .containsExactly(
                        title + " subscribed",
                        title + " disconnected; it is removed unless it is back within 7000 ms",
                        title + " is removed, with its tasks");
    }
}
