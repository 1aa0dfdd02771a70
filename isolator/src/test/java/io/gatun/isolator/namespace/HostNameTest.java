package io.gatun.isolator.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNameTest {
    @ParameterizedTest
    @CsvSource({"web.1, web-1", "-a-, a", "___, container", "a_b..c, a-b-c"})
    void shouldMakeAHostNameOfAnId(String id, String hostName) {
        assertThat(NamespaceIsolator.hostName(id)).isEqualTo(hostName);
        assertThat(NamespaceIsolator.hostName("x".repeat(200))).hasSize(63);
    }
}
