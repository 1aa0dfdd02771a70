package io.gatun.isolator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no host could do is refused by field, value and rule. */
class LimitsTest {
    @Test
    void shouldRefuseProcessorTimeThatIsNone() {
        assertThatThrownBy(() -> new Limits(-1, 0, 0)).hasMessageStartingWith("limits.cpus.request=-1.0: must be 0");
        assertThatThrownBy(() -> new Limits.Cpu(0, -1)).hasMessageStartingWith("limits.cpus=-1.0: must be 0");
        assertThatThrownBy(() -> new Limits.Cpu(0, Double.NaN)).hasMessageStartingWith("limits.cpus=NaN: must be 0");
        assertThatThrownBy(() -> new Limits.Cpu(0, 0.009))
                .hasMessage("limits.cpus=0.009: must be at least 0.01, or 0 for no limit");
        assertThatThrownBy(() -> new Limits.Cpu(2, 1))
                .hasMessage("limits.cpus.request=2.0: must be at most the limit, 1.0");
        assertThat(new Limits.Cpu(2, 0).limit()).as("a share without a limit").isZero();
    }

    @Test
    void shouldRefuseMemoryThatNoLaunchFitsIn() {
        assertThatThrownBy(() -> new Limits(0, -5, 0))
                .hasMessageStartingWith("limits.memoryBytes=-5: must be at least");
        assertThatThrownBy(() -> new Limits(0, 1 << 20, 0))
                .hasMessage("limits.memoryBytes=1048576: must be at least 33554432 (32 MiB), or 0 for no limit");
        assertThatThrownBy(() -> new Limits.Memory(64 << 20, 32 << 20, 0))
                .hasMessage("limits.memory.softBytes=67108864: must be at most the limit, 33554432");
        assertThatThrownBy(() -> new Limits.Memory(0, 0, 1 << 20))
                .hasMessage("limits.memory.swapBytes=1048576: must come with a limit of memory");
        assertThatThrownBy(() -> new Limits.Memory(0, 32 << 20, -2)).hasMessageContaining("must be -1 (no limit), 0");
    }

    @Test
    void shouldRefuseWrongCounts() {
        assertThatThrownBy(() -> new Limits(0, 0, -5)).hasMessageStartingWith("limits.pids=-5: must be 0");
        assertThatThrownBy(() -> Limits.NONE.withIo(List.of(), 10_001))
                .hasMessage("limits.ioWeight=10001: must be 1 to 10000, or 0 for the default");
        assertThatThrownBy(() -> Limits.NONE.withHugetlbBytes(Map.of("2MB", 1L << 20)))
                .hasMessage("limits.hugetlbBytes.2MB=1048576: must be 0 (none) or a multiple of the page");
        assertThatThrownBy(() -> Limits.NONE.withHugetlbBytes(Map.of("2 MB", 0L)))
                .hasMessage("limits.hugetlbBytes=2 MB: must be a page size such as 64KB, 2MB or 1GB");
    }

    @Test
    void shouldRefuseIoThatIsNone() {
        assertThatThrownBy(() -> new IoLimit("sda", 1, 0, 0, 0))
                .hasMessage("limits.io=sda: must be MAJOR:MINOR of a block device");
        assertThatThrownBy(() -> new IoLimit("8:0", 0, 0, 0, 0)).hasMessage("limits.io.8:0=0: must limit something");
        assertThatThrownBy(() -> new IoLimit("8:0", 0, -1, 0, 0)).hasMessageStartingWith("limits.io.8:0.wbps=-1: must");
        assertThatThrownBy(() -> new IoLimit("8:0", 0, 0, 0, 1L << 32))
                .hasMessage("limits.io.8:0.wiops=4294967296: must be 0 (no limit) to 4294967294");
        IoLimit limit = new IoLimit("8:0", 1, 0, 0, 0);
        assertThatThrownBy(() -> Limits.NONE.withIo(List.of(limit, limit), 0))
                .hasMessage("limits.io=8:0: must name a device once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0-3,6|0-3,6", " 6 , 0,1,2,3|0-3,6", "0|0", "1-1|1", "|''"})
    void shouldReadListsOfNumbers(String text, String shortest) {
        assertThat(NumberSet.parse("cpuset.cpus", text == null ? "" : text)).hasToString(shortest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3-1", "a", "1,,2", "-1", "65536", "0-", "1;2"})
    void shouldRefuseOtherLists(String text) {
        assertThatThrownBy(() -> NumberSet.parse("cpuset.cpus", text))
                .hasMessage("limits.cpuset.cpus=" + text + ": must be a list of numbers and ranges, such as 0-3,6");
    }

    @Test
    void shouldCompareSets() {
        NumberSet four = NumberSet.parse("", "0-3");
        assertThat(four.containsAll(NumberSet.parse("", "1,3"))).isTrue();
        assertThat(four.containsAll(NumberSet.parse("", "4"))).isFalse();
        assertThat(four).isEqualTo(NumberSet.parse("", "0,1,2,3")).isNotEqualTo(NumberSet.parse("", "0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c 1:3 rwm", "b 8:* r", "c *:* m", "a *:* rwm", "c 5:0 rw"})
    void shouldReadDeviceRules(String rule) {
        assertThat(DeviceRule.parse(rule)).hasToString(rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c 1:3", "x 1:3 r", "c 1 r", "c 1:3 rx", "c 1:3 rwmr"})
    void shouldRefuseOtherDeviceRules(String rule) {
        assertThatThrownBy(() -> DeviceRule.parse(rule))
                .hasMessage("limits.devices=" + rule + ": must be like \"c 1:3 rwm\"; * stands for any number");
    }

    @Test
    void shouldRefuseDevicesThatCannotBe() {
        assertThatThrownBy(() -> DeviceRule.parse("c 4096:0 r"))
                .hasMessage("limits.devices=c 4096:0 r: major: 0 to 4095");
        assertThatThrownBy(() -> DeviceRule.parse("c 1:1048576 r"))
                .hasMessage("limits.devices=c 1:1048576 r: minor: 0 to 1048575");
        assertThatThrownBy(() -> DeviceRule.parse("a 1:3 rwm"))
                .hasMessage("limits.devices=a 1:3 rwm: a must stand in \"a *:* rwm\" only");
    }

    @ParameterizedTest
    @CsvSource({"64KB, 65536", "2MB, 2097152", "1GB, 1073741824", "512MB, 536870912"})
    void shouldNameHugePagesAsTheKernelDoes(String name, long bytes) {
        assertThat(HugePages.bytes(name)).isEqualTo(bytes);
        assertThat(HugePages.name(bytes)).isEqualTo(name);
    }
}
