package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryStateTest {
    private final RegistryState state = new RegistryState();

    /** Against a map, with views taken on the way that must not change afterwards. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldBehaveAsAMapAndKeepItsViewsAsTheyWere(long seed) {
        Random random = new Random(seed);
        Map<String, Double> model = new LinkedHashMap<>();
        Map<RegistryView, Map<String, Double>> views = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String role = "role-" + random.nextInt(3_000);
            if (random.nextInt(3) == 0) {
                model.remove(role);
                state.apply(Changes.none().remove(Kind.WEIGHT, role).record());
            } else {
                double weight = random.nextDouble();
                model.put(role, weight);
                state.apply(weight(role, weight));
            }
            if (random.nextInt(2_000) == 0) {
                views.put(state.view(), new LinkedHashMap<>(model));
            }
        }
        views.put(state.view(), model);
        assertThat(views).hasSizeGreaterThan(3);
        views.forEach((view, then) -> {
            // Order and all.
            assertThat(List.copyOf(view.weights().entrySet())).isEqualTo(List.copyOf(then.entrySet()));
            assertThat(view.count(Kind.WEIGHT)).isEqualTo(then.size());
            RegistryState restored = new RegistryState();
            restored.restore(view.toByteArray());
            assertThat(List.copyOf(restored.view().weights().entrySet())).isEqualTo(List.copyOf(then.entrySet()));
        });
    }

    @Test
    void shouldForgetTheOldestIdsOfWhatIsNoMore() {
        for (int i = 0; i < Kind.MAX_IDS; i++) {
            state.apply(removed("s" + i));
        }
        assertThat(state.view().removedAgents()).hasSize(Kind.MAX_IDS).contains("s0");
        state.apply(removed("s1"));
        state.apply(removed("new"));
        assertThat(state.view().removedAgents())
                .hasSize(Kind.MAX_IDS)
                .contains("new", "s1")
                .doesNotContain("s0");
    }

    /** An agent that is lost and found for ever must not fill the memory. */
    @Test
    void shouldRememberNothingOfIdsThatCameBack() {
        for (int i = 0; i < 3 * Kind.MAX_IDS; i++) {
            state.apply(removed("s" + i));
            state.apply(Changes.none().remove(Kind.REMOVED_AGENT, "s" + i).record());
        }
        state.apply(removed("last"));
        assertThat(state.view().removedAgents()).containsExactly("last");
    }

    @Test
    void shouldJoinRecordsInOrder() {
        state.apply(Changes.join(List.of(
                weight("a", 1),
                weight("b", 2),
                Changes.none().remove(Kind.WEIGHT, "a").record(),
                weight("b", 3))));
        assertThat(state.view().weights()).containsExactly(Map.entry("b", 3.0));
    }

    @Test
    void shouldReplaceEverythingByASnapshot() {
        state.apply(weight("a", 1));
        byte[] snapshot = state.view().toByteArray();
        state.apply(weight("b", 2));
        state.restore(snapshot);
        assertThat(state.view().weights()).containsOnlyKeys("a");
        state.restore(new byte[0]);
        assertThat(state.view().weights()).isEmpty();
    }

    private static RegistryRecord weight(String role, double weight) {
        return Changes.none()
                .put(
                        Kind.WEIGHT,
                        role,
                        WeightRecord.newBuilder().setWeight(weight).build())
                .record();
    }

    private static RegistryRecord removed(String id) {
        return Changes.none()
                .put(Kind.REMOVED_AGENT, id, SinceRecord.getDefaultInstance())
                .record();
    }
}
