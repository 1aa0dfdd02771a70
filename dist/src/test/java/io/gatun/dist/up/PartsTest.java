package io.gatun.dist.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PartsTest {
    private static final long LONG_MS = 60_000;
    private static final long WORK_MS = 20;

    private final List<String> shown = new ArrayList<>();
    private final List<String> ended = new CopyOnWriteArrayList<>();

    private Parts.End slow(String name) {
        return () -> {
            Thread.sleep(WORK_MS);
            ended.add(name);
        };
    }

    @Test
    void shouldEndInTheOppositeOrder() {
        Parts parts = new Parts(shown::add, LONG_MS);
        parts.onClose("first", slow("first"));
        parts.onClose("failing", () -> {
            throw new IllegalStateException("as a part may");
        });
        parts.onClose("last", slow("last"));
        parts.close();
        assertThat(ended).containsExactly("last", "first");
    }

    @Test
    void shouldNotWaitForEverForOneThatHangs() {
        CountDownLatch never = new CountDownLatch(1);
        Parts parts = new Parts(shown::add, 1);
        parts.onClose("hanging", never::await);
        parts.close();
        assertThat(never.getCount()).as("it hangs still").isEqualTo(1);
        never.countDown();
    }

    @Test
    void shouldShowWhatFails() {
        Parts parts = new Parts(shown::add);
        assertThat(parts.start("dns", "127.0.0.1:53", () -> 7)).isEqualTo(7);
        assertThatThrownBy(() -> parts.start("agent", "127.0.0.1:5051", () -> {
                    throw new IllegalStateException("no cgroups");
                }))
                .hasMessage("no cgroups");
        assertThat(String.join("", shown))
                .matches("  dns +127\\.0\\.0\\.1:53 +\\d+\\.\\d s\\R  agent +127\\.0\\.0\\.1:5051 +failed\\R");
    }
}
