package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.image.unpack.UnpackLimits;
import org.junit.jupiter.api.Test;

class ContainerPartsTest {
    private final AgentFlags flags = new AgentFlags();

    @Test
    void shouldLimitLayersByDefault() {
        assertThat(ContainerParts.limits(flags)).isEqualTo(UnpackLimits.DEFAULT);
    }

    @Test
    void shouldReadLimitsOfLayers() {
        flags.maxLayerBytes = "2GB";
        flags.maxLayerEntries = 5;
        flags.maxLayerRatio = 1_000;
        assertThat(ContainerParts.limits(flags)).isEqualTo(new UnpackLimits(2L << 30, 5, 1_000));
    }

    @Test
    void shouldNameTheFlagTheTextAndTheRule() {
        flags.maxLayerBytes = "many";
        assertThatThrownBy(() -> ContainerParts.limits(flags))
                .hasMessage("max_layer_bytes=many: must be a number with B, KB, MB or GB");
        flags.maxLayerBytes = "1KB";
        assertThatThrownBy(() -> ContainerParts.limits(flags))
                .hasMessage("max_layer_bytes=1024: must be at least 1 MiB");
        flags.maxLayerBytes = "1GB";
        flags.maxLayerEntries = 0;
        assertThatThrownBy(() -> ContainerParts.limits(flags)).hasMessage("max_layer_entries=0: must be at least 1");
    }
}
