package io.gatun.master.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A large cluster's registry. No times are asserted here, but prints what {@link #main} measures: run it for 50,000 agents
 * and 500,000 tasks.
 */
@Timeout(600)
class RegistryScaleTest {
    private static final int AGENTS = 5_000;
    private static final int TASKS = 50_000;

    /** Arguments: agents, tasks, repetitions. Prints milliseconds of each step, and bytes. */
    public static void main(String[] args) {
        int agents = Integer.parseInt(args[0]);
        int tasks = Integer.parseInt(args[1]);
        byte[] snapshot = SampleRegistry.large(agents, tasks).view().toByteArray();
        System.out.println("snapshot_bytes " + snapshot.length);
        for (int i = 0; i < Integer.parseInt(args[2]); i++) {
            long start = System.nanoTime();
            RegistryState state = new RegistryState();
            state.restore(snapshot);
            long restored = System.nanoTime();
            RegistryView view = state.view();
            long viewed = System.nanoTime();
            int count = view.agents().size() + view.tasks().size();
            long decoded = System.nanoTime();
            long slowestNs = slowestChange(state, agents);
            long changed = System.nanoTime();
            int length = view.toByteArray().length;
            long encoded = System.nanoTime();
            System.out.printf(
                    "restore %d ms, view %d us, decode %d items %d ms, slowest change after a view %d us, encode %d bytes"
                            + " %d ms, heap %d MB%n",
                    (restored - start) / 1_000_000,
                    (viewed - restored) / 1_000,
                    count,
                    (decoded - viewed) / 1_000_000,
                    slowestNs / 1_000,
                    length,
                    (encoded - changed) / 1_000_000,
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
        }
    }

    private static long slowestChange(RegistryState state, int agents) {
        long slowestNs = 0;
        for (int i = 0; i < 2_000; i++) {
            RegistryRecord change = Changes.none()
                    .put(Kind.AGENT, "new-" + i, SampleRegistry.agent("new-" + i % agents))
                    .put(Kind.TASK, "new/" + i, SampleRegistry.task("new", "new", "new-" + i))
                    .record();
            long start = System.nanoTime();
            state.apply(change);
            slowestNs = Math.max(slowestNs, System.nanoTime() - start);
        }
        return slowestNs;
    }

    @Test
    void shouldRestoreAllOfALargeRegistryInOrder() {
        RegistryState original = SampleRegistry.large(AGENTS, TASKS);
        byte[] snapshot = original.view().toByteArray();
        RegistryState restored = new RegistryState();
        restored.restore(snapshot);
        RegistryView view = restored.view();
        assertThat(view.count(Kind.AGENT)).isEqualTo(AGENTS);
        assertThat(view.count(Kind.TASK)).isEqualTo(TASKS);
        assertThat(view.encodedLength()).isEqualTo(snapshot.length);
        assertThat(List.copyOf(view.tasks().entrySet()))
                .isEqualTo(List.copyOf(original.view().tasks().entrySet()));
        assertThat(view.toByteArray()).isEqualTo(snapshot);
    }
}
