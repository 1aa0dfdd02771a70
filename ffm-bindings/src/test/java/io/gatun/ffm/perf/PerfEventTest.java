package io.gatun.ffm.perf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers of linux/perf_event.h. */
class PerfEventTest {
    @ParameterizedTest
    @CsvSource({
        "cycles, 0, 0",
        "instructions, 0, 1",
        "branch-misses, 0, 5",
        "stalled-cycles-backend, 0, 8",
        "ref-cycles, 0, 9",
        "cpu-clock, 1, 0",
        "page-faults, 1, 2",
        "context-switches, 1, 3",
        "emulation-faults, 1, 8",
        "L1-dcache-loads, 3, 0",
        "L1-dcache-load-misses, 3, 65536",
        "LLC-store-misses, 3, 65794",
        "node-prefetch-misses, 3, 66054"
    })
    void shouldHaveTheKernelsNumbers(String name, int type, long config) {
        assertThat(PerfEvent.named(name)).contains(new PerfEvent(name, type, config));
    }

    @Test
    void shouldNotKnowOthers() {
        assertThat(PerfEvent.named("nothing")).isEmpty();
        assertThat(PerfEvent.names()).contains("cycles", "task-clock").hasSize(10 + 9 + 7 * 6);
    }
}
