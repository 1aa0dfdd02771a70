package io.gatun.ffm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrnoTest {
    @Test
    void shouldKnowTheNameAndWordsOfEveryConstant() throws IllegalAccessException {
        int constants = 0;
        for (Field field : Errno.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                int number = field.getInt(null);
                assertThat(Errno.name(number)).isEqualTo(field.getName());
                assertThat(Errno.text(number)).isNotBlank().doesNotStartWith("Unknown");
                constants++;
            }
        }
        assertThat(constants).isEqualTo(130);
        assertThat(Errno.text(Errno.EBUSY)).isEqualTo("Device or resource busy");
    }

    /** 41 and 58 are other names' numbers on other systems; 512 is the kernel's own. */
    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 41, 58, 134, 512, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void shouldSayTheNumberOfOthers(int number) {
        assertThat(Errno.name(number)).isEqualTo("errno " + number);
        assertThat(Errno.text(number)).isEqualTo("Unknown error " + number);
    }
}
