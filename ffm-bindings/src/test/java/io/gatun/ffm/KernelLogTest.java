package io.gatun.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KernelLogTest {
    @Test
    void shouldTakeTheTextOutOfARecord() {
        assertThat(KernelLog.text("6,339,5140900,-;NET: Registered\n SUBSYSTEM=acpi\n DEVICE=+acpi:1\n"))
                .isEqualTo("NET: Registered");
        assertThat(KernelLog.text("4,1,2,-;a;b\\x0aanon 1\\x0a")).isEqualTo("a;b\nanon 1\n");
    }

    @Test
    void shouldReadWhatTheKernelHas() {
        assumeTrue(Files.isReadable(Path.of("/dev/kmsg")), "/dev/kmsg cannot be read");
        assertThat(KernelLog.lines()).isNotEmpty().noneMatch(line -> line.startsWith("6,"));
    }
}
