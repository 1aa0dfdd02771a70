package io.gatun.mesos.codec;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RapidDoubleTest {
    /** The forms of rapidjson's Prettify (internal/dtoa.h). */
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "15, 15.0",
        "0.1, 0.1",
        "0.001, 0.001",
        "1234567, 1234567.0",
        "12345678, 12345678.0",
        "12345678.5, 12345678.5",
        "1e20, 100000000000000000000.0",
        "1e21, 1e21",
        "1.5e30, 1.5e30",
        "-1.5e30, -1.5e30",
        "0.00001, 0.00001",
        "0.000001, 0.000001",
        "0.0000012, 0.0000012",
        "1e-7, 1e-7",
        "1.25e-9, 1.25e-9",
        "1.7976931348623157e308, 1.7976931348623157e308",
        "4.9e-324, 4.9e-324"
    })
    void shouldWriteAsRapidjsonDoes(double value, String text) {
        assertThat(RapidDouble.format(value)).isEqualTo(text);
    }

    @Property
    void shouldReadBackTheSame(@ForAll double value) {
        assertThat(Double.parseDouble(RapidDouble.format(value))).isEqualTo(value);
    }
}
