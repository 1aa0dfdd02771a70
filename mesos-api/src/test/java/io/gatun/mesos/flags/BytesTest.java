package io.gatun.mesos.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BytesTest {
    @Test
    void shouldReadEachUnit() {
        assertThat(Bytes.parse("0B")).isZero();
        assertThat(Bytes.parse("17B")).isEqualTo(17);
        assertThat(Bytes.parse("3KB")).isEqualTo(3072);
        assertThat(Bytes.parse("2MB")).isEqualTo(2_097_152);
        assertThat(Bytes.parse("32GB")).isEqualTo(34_359_738_368L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "MB", "-1B", "1.5GB", "1 MB", "1mb", "1TB", "1234567890123B"})
    void shouldRefuseWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Bytes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a number with B, KB, MB or GB");
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        assertThat(Bytes.parse("8589934591GB")).isPositive();
        assertThatThrownBy(() -> Bytes.parse("8589934592GB")).hasMessageContaining("8589934592GB");
    }
}
