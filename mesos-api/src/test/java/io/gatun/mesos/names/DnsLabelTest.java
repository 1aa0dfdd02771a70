package io.gatun.mesos.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The vectors are those of mesos-dns, records/labels/labels_test.go, and what its rule gives at the edges. */
final class DnsLabelTest {
    @ParameterizedTest
    @CsvSource({
        "web, web",
        "Web_1.2, web-1-2",
        "/group/app, groupapp",
        "--a--b--, a--b",
        "'(@ host ', host",
        "fd%gsf---gs7-f$gs--d7fddg123456789012345678901234567890123456789-123, "
                + "fdgsf---gs7-fgs--d7fddg1234567890123456789012345678901234567891",
        "'---', ''",
        "ÄÖ, ''"
    })
    void shouldMangleAsMesosDns(String name, String label) {
        assertThat(DnsLabel.of(name)).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource({
        "pod_123$abc.marathon-0.6.0-dev.mesos, pod-123abc.marathon-0.6.0-dev.mesos",
        "(@ host . com, host.com",
        "marathon, marathon",
        "a..b., a.b"
    })
    void shouldMangleEachPartOfADomain(String name, String domain) {
        assertThat(DnsLabel.domain(name)).isEqualTo(domain);
    }

    @Test
    void shouldRefillWhatTheCutLeavesFree() {
        assertThat(DnsLabel.of("hello" + "-".repeat(70) + "f")).isEqualTo("hellof");
        assertThat(DnsLabel.of("a".repeat(100))).hasSize(63);
        assertThat(DnsLabel.of("a".repeat(62) + "-".repeat(10) + "b-c")).isEqualTo("a".repeat(62) + "b");
    }
}
