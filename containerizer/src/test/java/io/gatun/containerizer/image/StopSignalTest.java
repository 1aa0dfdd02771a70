package io.gatun.containerizer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.image.spec.ImageException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those that kill(1) prints: {@code kill -l QUIT}. */
class StopSignalTest {
    @ParameterizedTest
    @CsvSource({
        "SIGHUP, 1",
        "SIGQUIT, 3",
        "quit, 3",
        "SIGKILL, 9",
        "TERM, 15",
        "SIGWINCH, 28",
        "SYS, 31",
        "1, 1",
        "37, 37",
        "SIGRTMIN, 34",
        "SIGRTMIN+3, 37",
        "RTMAX-1, 63",
        "SIGRTMAX, 64"
    })
    void shouldKnowSignals(String text, int number) {
        assertThat(StopSignal.parse(text)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGNONE", "0", "65", "-1", "RTMIN+31", "RTMAX-31", "SIG", "SIGTERM ", "RTMIN-1"})
    void shouldRefuseOthers(String text) {
        assertThatThrownBy(() -> StopSignal.parse(text))
                .isInstanceOf(ImageException.class)
                .hasMessage("image configuration: StopSignal=" + text
                        + ": must be a signal's name, as in signal(7), or its number, 1 to 64");
    }
}
