package io.gatun.isolator.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IsolatorsTest {
    @Test
    void shouldResolveAliases() {
        assertThat(Isolators.parse("cgroups, namespaces/pid").names())
                .containsExactlyInAnyOrder("cgroups/cpu", "cgroups/mem", "namespaces/pid", "network/cni");
    }

    @Test
    void shouldNameAnUnknownIsolator() {
        assertThatThrownBy(() -> Isolators.parse("cgroups/cpu,cgroups/gpu"))
                .hasMessageStartingWith("isolation=cgroups/cpu,cgroups/gpu: unknown isolator 'cgroups/gpu'; known are");
    }

    @Test
    void shouldNotDependOnTheOrderOfNames() {
        assertThat(Isolators.parse("namespaces/pid,cgroups/cpu").names())
                .isEqualTo(Isolators.parse("cgroups/cpu,namespaces/pid").names());
    }
}
