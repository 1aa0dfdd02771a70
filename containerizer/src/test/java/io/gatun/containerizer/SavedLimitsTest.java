package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.isolator.Cpuset;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.IoLimit;
import io.gatun.isolator.Limits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class SavedLimitsTest {
    private static Limits again(Limits limits) {
        Properties properties = new Properties();
        properties.putAll(SavedLimits.save(limits));
        return SavedLimits.load(properties);
    }

    @Test
    void shouldComeBackAsTheyWere() {
        Limits all = new Limits(
                new Limits.Cpu(0.5, 2),
                new Limits.Memory(48L << 20, 64L << 20, Limits.Memory.UNLIMITED),
                100,
                List.of(new IoLimit("8:0", 1, 2, 3, 4), new IoLimit("8:16", 0, 1, 0, 0)),
                200,
                Optional.of(Cpuset.parse("1-2", "")),
                Map.of("2MB", 4L << 20, "1GB", 0L),
                List.of(DeviceRule.NET_TUN, DeviceRule.parse("b *:* m")));
        assertThat(again(all)).isEqualTo(all);
        assertThat(again(Limits.NONE)).isEqualTo(Limits.NONE);
    }

    @Test
    void shouldReadWhatAnEarlierAgentSaved() {
        Properties properties = new Properties();
        properties.putAll(Map.of("cpus", "0.5", "memory_bytes", "67108864", "pids", "7"));
        assertThat(SavedLimits.load(properties)).isEqualTo(new Limits(0.5, 64L << 20, 7));
    }
}
