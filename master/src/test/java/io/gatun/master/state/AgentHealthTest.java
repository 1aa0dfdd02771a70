package io.gatun.master.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.link.AgentCall;
import io.gatun.mesos.link.AgentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is given up for missing pings, how fast, and when nobody is. */
class AgentHealthTest {
    private static final long SILENCE_MS = Harness.PING_MS * (Harness.MAX_MISSED + 1);

    private Harness master = new Harness();
    private final List<String> agents = new ArrayList<>();

    private void register(int count) {
        for (int i = 0; i < count; i++) {
            agents.add(master.register(Harness.agent("cpus:4;mem:1024")
                    .setPid("slave(1)@10.0.1." + agents.size() + ":5051")
                    .build()));
        }
    }

    private void pong(List<String> streams) {
        streams.forEach(
                stream -> master.agentCall(stream, AgentCall.newBuilder().setType(AgentCall.Type.PONG)));
    }

    /** Passes {@code rounds} ping intervals in which only these answer. */
    private void pass(int rounds, List<String> answering) {
        for (int i = 0; i < rounds; i++) {
            master.pass(Harness.PING_MS);
            pong(answering);
        }
    }

    private int registered() {
        return master.snapshot().agents().size();
    }

    private long count(Counter counter) {
        return master.snapshot().counters().value(counter);
    }

    private List<String> logged() {
        return master.effects.stream()
                .filter(Effect.Log.class::isInstance)
                .map(effect -> ((Effect.Log) effect).text())
                .filter(text -> !text.contains(" is unreachable")) // told of each agent
                .toList();
    }

    @Test
    void shouldGiveUpAFewSilentAgentsAmongMany() {
        register(10);
        pass(Harness.MAX_MISSED + 1, agents.subList(4, 10));
        assertThat(registered()).isEqualTo(6);
        assertThat(count(Counter.AGENT_UNREACHABLE_COMPLETED)).isEqualTo(4);
        assertThat(count(Counter.AGENT_UNREACHABLE_SCHEDULED)).isEqualTo(4);
    }

    @Test
    void shouldGiveUpNobodyWhileMoreThanTheLimitAreSilentAndSayOnce() {
        register(10);
        pass(3 * Harness.MAX_MISSED, agents.subList(6, 10));
        assertThat(registered()).isEqualTo(10);
        assertThat(master.snapshot().removals()).isEqualTo(new RemovalGauges(6, 6, 0, 0));
        assertThat(logged())
                .singleElement()
                .asString()
                .contains("6 of 10 agents miss pings")
                .contains("--agent_removal_limit=50%");
        assertThat(master.registry.view().unreachableAgents()).isEmpty();
    }

    @Test
    void shouldOfferNothingOfAnAgentThatIsHeldBackUntilItAnswers() {
        register(3);
        String framework = master.subscribe(Harness.framework().build());
        pass(Harness.MAX_MISSED + 1, List.of());
        assertThat(registered()).isEqualTo(3);
        assertThat(master.snapshot().frameworks().getFirst().offers()).isEmpty();
        assertThat(master.snapshot().agents()).allMatch(agent -> agent.connected() && !agent.active());
        pong(agents);
        master.pass(2_000);
        assertThat(master.snapshot().agents()).allMatch(AgentView::active);
        assertThat(master.snapshot().frameworks().getFirst().offers()).hasSize(3);
        assertThat(master.lastOffer(framework)).isNotNull();
        assertThat(master.snapshot().removals()).isEqualTo(RemovalGauges.NONE);
    }

    @Test
    void shouldGiveUpTheRestWhenFewEnoughAreSilentAgain() {
        register(10);
        pass(Harness.MAX_MISSED + 2, agents.subList(6, 10));
        assertThat(registered()).isEqualTo(10);
        pong(agents.subList(2, 6));
        pass(2, agents.subList(2, 10));
        assertThat(registered()).isEqualTo(8);
        assertThat(logged()).hasSize(2);
    }

    @Test
    void shouldAlwaysGiveUpTwo() {
        register(2);
        pass(Harness.MAX_MISSED + 1, List.of());
        assertThat(registered()).isZero();
    }

    @Test
    void shouldForgiveEverythingThatWasMissedWhileTheMasterItselfStoodStill() {
        register(2);
        pass(Harness.MAX_MISSED - 1, List.of());
        // As after SIGSTOP: the clock has gone on, the commands that came meanwhile are not read yet.
        master.nowMs += 10 * Harness.PING_MS;
        master.apply(new Command.Tick());
        assertThat(registered()).isEqualTo(2);
        assertThat(count(Counter.MASTER_STALLS)).isEqualTo(1);
        pass(Harness.MAX_MISSED - 1, List.of());
        assertThat(registered()).isEqualTo(2);
        pass(2, List.of());
        assertThat(registered()).isZero();
    }

    @Test
    void shouldGiveRecoveredAgentsTheirWholeTimeAgainAfterAStall() {
        register(2);
        Harness next = master.restarted(1);
        next.nowMs += Harness.REREGISTER_MS + 1;
        next.apply(new Command.Tick());
        assertThat(next.snapshot().recoveredAgents()).hasSize(2);
        next.pass(Harness.REREGISTER_MS - 1);
        assertThat(next.snapshot().recoveredAgents()).hasSize(2);
        next.pass(1);
        assertThat(next.snapshot().recoveredAgents()).isEmpty();
        assertThat(next.registry.view().unreachableAgents()).hasSize(2);
    }

    @Test
    void shouldKeepRecoveredAgentsWhenMoreThanTheLimitAreNotBack() {
        register(5);
        Harness next = master.restarted(1);
        next.pass(2 * Harness.REREGISTER_MS);
        assertThat(next.snapshot().recoveredAgents()).hasSize(5);
        assertThat(next.snapshot().removals().recoveryRefused()).isEqualTo(5);
        assertThat(next.snapshot().counters().value(Counter.RECOVERY_AGENT_REMOVALS_REFUSED))
                .isEqualTo(2);
        assertThat(next.effects)
                .anyMatch(effect -> effect instanceof Effect.Log(String text)
                        && text.contains("5 of 5 recovered agents")
                        && text.contains("--recovery_agent_removal_limit=50%"));
        for (int i = 0; i < 3; i++) {
            AgentCall.Subscribe.Builder back =
                    Harness.agent("cpus:4;mem:1024").setPid("slave(1)@10.0.1." + i + ":5051");
            back.getAgentInfoBuilder().setId(master.agentId(agents.get(i)));
            String stream = next.register(back.build());
            assertThat(next.agentEvents(stream)).isNotEmpty();
        }
        next.pass(Harness.REREGISTER_MS);
        assertThat(next.snapshot().recoveredAgents()).isEmpty();
        assertThat(next.snapshot().counters().value(Counter.RECOVERY_AGENT_REMOVALS))
                .isEqualTo(2);
    }

    @Test
    void shouldGiveUpNoMoreThanTheRateAllowsAndCancelForAPong() {
        master = new Harness(Harness.rules(Optional.of(new AgentRules.Rate(1, 600_000))));
        register(8);
        List<String> answering = agents.subList(3, 8);
        pass(Harness.MAX_MISSED + 1, answering);
        assertThat(registered()).isEqualTo(7);
        assertThat(master.snapshot().removals().queued()).isEqualTo(2);
        pong(List.of(agents.get(1)));
        assertThat(master.snapshot().removals().queued()).isEqualTo(1);
        assertThat(count(Counter.AGENT_UNREACHABLE_CANCELED)).isEqualTo(1);
        List<String> now = new ArrayList<>(answering);
        now.add(agents.get(1));
        pass(39, now);
        assertThat(registered()).isEqualTo(7);
        pass(1, now);
        assertThat(registered()).isEqualTo(6);
        assertThat(count(Counter.AGENT_UNREACHABLE_COMPLETED)).isEqualTo(2);
    }

    @Test
    void shouldLimitTheRateOfFailoverRemovalsToo() {
        master = new Harness(Harness.rules(Optional.of(new AgentRules.Rate(2, 600_000))));
        register(2);
        Harness next = master.restarted(1);
        next.pass(Harness.REREGISTER_MS);
        assertThat(next.snapshot().recoveredAgents()).hasSize(1);
        next.pass(299_999);
        assertThat(next.snapshot().recoveredAgents()).hasSize(1);
        next.pass(1);
        assertThat(next.snapshot().recoveredAgents()).isEmpty();
    }

    @Test
    void shouldGiveADisconnectedAgentItsReregisterTimeoutWhenThatIsShorter() {
        AgentRules rules = new AgentRules(15_000, 100, 60_000, Optional.empty(), 0.5, 0.5, 900_000, 1_000_000, 3);
        master = new Harness(rules);
        register(1);
        master.apply(new Command.AgentDisconnected(agents.getFirst()));
        master.pass(59_999);
        assertThat(registered()).isEqualTo(1);
        assertThat(master.snapshot().agents().getFirst().connected()).isFalse();
        master.pass(1);
        assertThat(registered()).isZero();
    }

    @Test
    void shouldPingAnAgentThatWaitsForItsRemoval() {
        register(6);
        master.pass(SILENCE_MS + Harness.PING_MS);
        long pings = master.agentEvents(agents.getFirst()).stream()
                .filter(event -> event.getType() == AgentEvent.Type.PING)
                .count();
        assertThat(pings).isEqualTo(Harness.MAX_MISSED + 2);
    }
}
