package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.resources.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OfferingTest {
    private static final long GIB = 1L << 30;

    @Test
    void shouldLeaveMemoryAndDiskForTheHost() {
        assertThat(Offering.of(null, new Host("b", 8, 16 * GIB, 100 * GIB)))
                .isEqualTo(Resources.parse("cpus:8;mem:15360;disk:97280;ports:[31000-32000]"));
    }

    @Test
    void shouldHalveSmallMachines() {
        Resources offered = Offering.of(null, new Host("b", 1, GIB, 6 * GIB));
        assertThat(offered.mem()).isEqualTo(512);
        assertThat(offered.disk()).isEqualTo(3072);
    }

    @Test
    void shouldDetectOnlyWhatIsNotNamed() {
        assertThat(Offering.of("cpus:2;ports:[1-9];gpus:1", new Host("b", 8, 16 * GIB, 100 * GIB)))
                .isEqualTo(Resources.parse("cpus:2;mem:15360;disk:97280;ports:[1-9];gpus:1"));
    }

    @Test
    void shouldNameFlagTextAndRule() {
        assertThatThrownBy(() -> Offering.of("cpus:many", new Host("b", 8, GIB, GIB)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("--resources=cpus:many: ");
    }

    @Test
    void shouldReadTheKernelsLists() {
        assertThat(Host.cpuCount("0-3,6")).isEqualTo(5);
        assertThat(Host.cpuCount("0")).isEqualTo(1);
        assertThat(Host.memTotalBytes(List.of("MemTotal:       24684084 kB", "MemFree: 1 kB")))
                .isEqualTo(24_684_084L * 1024);
    }
}
