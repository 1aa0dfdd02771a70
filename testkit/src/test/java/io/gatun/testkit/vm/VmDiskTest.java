package io.gatun.testkit.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A VM without JUnit in it. */
@Tag("kernel")
@EnabledIf("vmCanRun")
class VmDiskTest {
    static final String MARKER = "written-in-the-vm";

    static boolean vmCanRun() {
        return UserModeLinux.here().missing().isEmpty();
    }

    @Test
    @Timeout(value = 600, unit = TimeUnit.SECONDS)
    void shouldNeverWriteToTheHost(@TempDir Path dir) {
        Path marker = dir.resolve(MARKER);
        String script = "exec 3<> /dev/tty1; echo x > " + marker + " && cat " + marker + " >&3; read line <&3";
        try (Vm vm = Vm.boot(dir.resolve("vm"), 512, List.of("sh", "-c", script))) {
            assertThat(vm.readLine()).as(vm::consoleTail).isEqualTo("x");
            assertThat(Files.exists(marker)).isFalse();
        }
    }

    @Test
    @Timeout(value = 600, unit = TimeUnit.SECONDS)
    void shouldPowerOffWhenTheProgramEnds(@TempDir Path dir) {
        try (Vm vm = Vm.boot(dir.resolve("vm"), 512, List.of("true"))) {
            assertThat(vm.readLine()).isNull();
            assertThat(vm.consoleTail()).contains("the guest program ended with status 0");
        }
    }
}
