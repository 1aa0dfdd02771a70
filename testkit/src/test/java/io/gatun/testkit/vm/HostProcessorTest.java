package io.gatun.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HostProcessorTest {
    @Test
    void shouldReadSingleProcessorsAndRanges() {
        List<String> status =
                List.of("Name:\tjava", "Cpus_allowed:\tff", "Cpus_allowed_list:\t0-2,5,8-9", "Threads:\t1");

        assertThat(HostProcessor.allowed(status)).containsExactly(0, 1, 2, 5, 8, 9);
    }

    @Test
    void shouldSayWhatItDidNotFind() {
        assertThatIllegalStateException()
                .isThrownBy(() -> HostProcessor.allowed(List.of("Name:\tjava")))
                .withMessage("/proc/self/status: no line Cpus_allowed_list:");
    }

    @Test
    void shouldGiveEachVmTheNextProcessor() {
        int processors = Runtime.getRuntime().availableProcessors();
        Set<Integer> given = new TreeSet<>();
        for (int i = 0; i < processors; i++) {
            given.add(HostProcessor.next());
        }

        assertThat(given).hasSizeGreaterThanOrEqualTo(processors);
    }
}
