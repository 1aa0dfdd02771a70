package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.gatun.mesos.v1.AgentInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredAgentTest {
    private final RegistryState state = new RegistryState();

    private void put(String id, byte[] value) {
        Change change = Change.newBuilder()
                .setKind(Kind.AGENT.number())
                .setKey(id)
                .setValue(ByteString.copyFrom(value))
                .build();
        state.apply(Changes.empty().addChanges(change).build());
    }

    @Test
    void shouldTellOfAnAgentWhenAsked() {
        AgentRecord record = SampleRegistry.agent("s1");
        put("s1", record.toByteArray());
        put("s2", record.toBuilder().clearPid().build().toByteArray());
        List<StoredAgent> agents = state.view().storedAgents();
        assertThat(agents).extracting(StoredAgent::id).containsExactly("s1", "s2");
        assertThat(agents).extracting(StoredAgent::hasPid).containsExactly(true, false);
        assertThat(agents.getFirst().record())
                .isEqualTo(record)
                .isSameAs(agents.getFirst().record());
    }

    @Test
    void shouldListAgentsAsTheyWere() {
        put("s1", SampleRegistry.agent("s1").toByteArray());
        List<StoredAgent> agents = new ArrayList<>(state.view().storedAgents());
        List<AgentInfo> infos = StoredAgent.infos(agents);
        agents.clear();
        assertThat(infos).containsExactly(SampleRegistry.agent("s1").getInfo());
        assertThatThrownBy(infos::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void shouldRefuseWhatIsNoAgentWhenATermBegins() {
        put("s1", SampleRegistry.agent("s1").toByteArray());
        put("s2", new byte[0]);
        RegistryView lacking = state.view();
        assertThatThrownBy(lacking::storedAgents)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("'s2'")
                .hasMessageContaining("no info");
        put("s2", new byte[] {0x0A, 0x7F, 1});
        RegistryView torn = state.view();
        assertThatThrownBy(torn::storedAgents)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("'s2'");
    }
}
