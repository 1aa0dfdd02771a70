package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BackoffTest {
    @Test
    void shouldDoubleItsBoundUpToOneMinute() {
        Duration factor = Duration.ofSeconds(1);
        for (int attempt = 0; attempt < 10; attempt++) {
            Duration longest = Duration.ZERO;
            for (int seed = 0; seed < 400; seed++) {
                Backoff backoff = new Backoff(factor, new SplittableRandom(seed));
                Duration wait = Duration.ZERO;
                for (int i = 0; i <= attempt; i++) {
                    wait = backoff.next();
                }
                longest = wait.compareTo(longest) > 0 ? wait : longest;
            }
            double bound = Math.min(60, Math.pow(2, attempt));
            assertThat(longest.toNanos() / 1e9).isBetween(bound * 0.95, bound);
        }
    }

    @Test
    void shouldWaitNoLongerForOneThatIsAboutToLead() {
        Duration factor = Duration.ofSeconds(1);
        Backoff asked = new Backoff(factor, new SplittableRandom(1));
        for (int i = 0; i < 100; i++) {
            assertThat(asked.soon()).isBetween(Duration.ZERO, factor);
        }
        assertThat(asked.next()).as("the first that counts").isLessThanOrEqualTo(factor);
    }

    @Test
    void shouldBeginAnewAfterSuccess() {
        Backoff backoff = new Backoff(Duration.ofMillis(1), new SplittableRandom(1));
        for (int i = 0; i < 20; i++) {
            backoff.next();
        }
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(1));
    }
}
