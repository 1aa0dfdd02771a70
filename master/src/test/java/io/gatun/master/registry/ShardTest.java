package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a map, with so few keys that most meet others in their slots. */
class ShardTest {
    private static final int STEPS = 20_000;
    private static final int KEYS = 700;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void shouldBeAMap(int seed) {
        Random random = new Random(seed);
        Shard shard = new Shard();
        Map<String, Item> expected = new HashMap<>();
        Shard copy = shard.copy();
        Map<String, Item> copied = Map.of();
        for (int step = 0; step < STEPS; step++) {
            // Grows, and becomes almost empty again.
            String key = "key-" + random.nextInt(1 + step % KEYS);
            Item item = Item.probe(key).withSequence(step);
            if (random.nextInt(100) < 40 + step % 20) {
                assertThat(shard.put(item)).isSameAs(expected.put(key, item));
            } else {
                assertThat(shard.remove(item)).isSameAs(expected.remove(key));
            }
            assertThat(shard.get(Item.probe(key))).isSameAs(expected.get(key));
            if (step % 1_000 == 999) {
                assertThat(items(shard)).containsExactlyInAnyOrderElementsOf(expected.values());
                assertThat(items(copy)).as("a copy").containsExactlyInAnyOrderElementsOf(copied.values());
                copy = shard.copy();
                copied = Map.copyOf(expected);
            }
        }
    }

    private static List<Item> items(Shard shard) {
        List<Item> items = new ArrayList<>();
        shard.forEach(items::add);
        return items;
    }
}
