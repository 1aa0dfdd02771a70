package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.v1.Attribute;
import io.gatun.mesos.v1.Value;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttributesTest {
    @Test
    void shouldTypeValuesAsMesosDoes() {
        List<Attribute> attributes =
                Attributes.parse("rack:a;cores:2.5;ports:[1-2, 4-5];disks:{ssd, hdd};url:http://x:1");
        assertThat(attributes).extracting(Attribute::getName).containsExactly("rack", "cores", "ports", "disks", "url");
        assertThat(attributes)
                .extracting(Attribute::getType)
                .containsExactly(
                        Value.Type.TEXT, Value.Type.SCALAR, Value.Type.RANGES, Value.Type.SET, Value.Type.TEXT);
        assertThat(attributes.get(1).getScalar().getValue()).isEqualTo(2.5);
        assertThat(attributes.get(2).getRanges().getRange(1).getBegin()).isEqualTo(4);
        assertThat(attributes.get(3).getSet().getItemList()).containsExactly("ssd", "hdd");
        assertThat(attributes.get(4).getText().getValue()).isEqualTo("http://x:1");
    }

    @Test
    void shouldTakeNothingForNone() {
        assertThat(Attributes.parse(null)).isEmpty();
        assertThat(Attributes.parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rack", "rack:", ":a", "a b:c", "p:[1-x]", "p:[1-2,]"})
    void shouldNameFlagTextAndRule(String text) {
        assertThatThrownBy(() -> Attributes.parse(text))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("--attributes=" + text + ": '");
    }
}
