package io.gatun.ipvs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class VipAddressesTest {
    private static final VipRange SMALL = VipRange.parse("11.0.0.0", "11.0.0.254");

    /** A name that comes later, and would be first by its bytes, takes nothing away from one that is settled. */
    @Test
    void shouldKeepWhatIsSettled() {
        VipRange tiny = VipRange.parse("11.0.0.0", "11.0.0.1");
        Map<String, Inet4Address> before = VipAddresses.assign(tiny, List.of("a.c"), Set.of());
        Map<String, Inet4Address> after = VipAddresses.assign(tiny, List.of("a.b", "a.c"), Set.of(), before);
        assertThat(after.get("a.c")).isEqualTo(before.get("a.c"));
        assertThat(after.get("a.b")).isNotEqualTo(before.get("a.c"));
        assertThat(VipAddresses.assign(tiny, List.of("a.b", "a.c"), Set.of()).get("a.c"))
                .as("what the test is about")
                .isNotEqualTo(before.get("a.c"));
    }

    @Test
    void shouldNotUseWhatIsSettledElsewhereOrTakenLiterally() {
        Inet4Address outside = Ipv4.of(10 << 24);
        Map<String, Inet4Address> assigned =
                VipAddresses.assign(SMALL, List.of("foo.bar"), Set.of(), Map.of("foo.bar", outside));
        assertThat(assigned).isEqualTo(VipAddresses.assign(SMALL, List.of("foo.bar"), Set.of()));
        Inet4Address literal = assigned.get("foo.bar");
        assertThat(VipAddresses.assign(SMALL, List.of("foo.bar"), Set.of(literal), assigned)
                        .get("foo.bar"))
                .isNotEqualTo(literal);
    }

    @Test
    void shouldHashAsErlang() {
        assertThat(VipAddresses.phash2("foo.bar".getBytes(UTF_8))).isEqualTo(0x458a3a57);
    }

    @Test
    void shouldChooseMinutemansAddresses() {
        assertThat(text(VipAddresses.assign(SMALL, List.of("foo.bar", "baz.qux"), Set.of())))
                .containsExactlyInAnyOrder("foo.bar=11.0.0.37", "baz.qux=11.0.0.39");
        assertThat(text(VipAddresses.assign(VipRange.standard(), List.of("foo.bar"), Set.of())))
                .containsExactly("foo.bar=11.138.58.225");
    }

    @Test
    void shouldNotDependOnTheOrderOfArrival() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            names.add("app-" + i + ".marathon");
        }
        Map<String, Inet4Address> expected = VipAddresses.assign(SMALL, names, Set.of());
        assertThat(new HashSet<>(expected.values())).hasSize(200);
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(names, random);
            assertThat(VipAddresses.assign(SMALL, names, Set.of())).isEqualTo(expected);
        }
    }

    @Test
    void shouldProbePastTakenAddressesAndWrapRound() {
        VipRange tiny = VipRange.parse("11.0.0.0", "11.0.0.1");
        assertThat(text(VipAddresses.assign(tiny, List.of("a.b"), Set.of(Ipv4.of(11 << 24)))))
                .containsExactly("a.b=11.0.0.1");
        assertThat(text(VipAddresses.assign(tiny, List.of("a.b", "a.c"), Set.of())))
                .containsExactly("a.b=11.0.0.0", "a.c=11.0.0.1");
        assertThatThrownBy(() -> VipAddresses.assign(tiny, List.of("a.b", "a.c", "a.d"), Set.of()))
                .hasMessage("range 11.0.0.0 to 11.0.0.1: no address left for a.d");
    }

    private static List<String> text(Map<String, Inet4Address> addresses) {
        return addresses.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().getHostAddress())
                .toList();
    }
}
