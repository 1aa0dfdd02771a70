package io.gatun.mesos.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "10secs, 10000000000, 10secs",
        "1.5hrs, 5400000000000, 90mins",
        "60secs, 60000000000, 1mins",
        "0secs, 0, 0ns",
        "1weeks, 604800000000000, 1weeks",
        "250ms, 250000000, 250ms",
        "-5us, -5000, -5us"
    })
    void shouldReadAndWriteMesosDurations(String text, long nanos, String formatted) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofNanos(nanos));
        assertThat(Durations.format(Duration.ofNanos(nanos))).isEqualTo(formatted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "secs", "10 secs", "10sec", "1e3secs", "--1secs", "1.2.3ms"})
    void shouldNameTextAndRule(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + text + "': a duration is a number followed by");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999weeks", "-99999999weeks"})
    void shouldRejectWhatDoesNotFit(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).hasMessageContaining("must fit 64 bits");
    }

    @Property
    void shouldReadWhatItWrites(@ForAll long nanos) {
        assertThat(Durations.parse(Durations.format(Duration.ofNanos(nanos)))).isEqualTo(Duration.ofNanos(nanos));
    }
}
