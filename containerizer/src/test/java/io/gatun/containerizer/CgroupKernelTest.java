package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.isolator.IoLimit;
import io.gatun.isolator.Limits;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On cgroup v2, in the VM, whose kernel has cpu, memory, pids and io. */
@KernelTest
class CgroupKernelTest extends CgroupContract {
    @Override
    String isolators() {
        return "cgroups/blkio";
    }

    @Override
    String file(String unified, String legacy) {
        return unified;
    }

    @Test
    void shouldThrottleADisk() throws IOException, InterruptedException {
        // A disk in memory, 1:0 in Documentation/admin-guide/devices.txt.
        Process brd = new ProcessBuilder("modprobe", "brd", "rd_nr=1", "rd_size=8192")
                .inheritIO()
                .start();
        assertThat(brd.waitFor()).isZero();
        Limits limits = MODEST.withIo(List.of(new IoLimit("1:0", 512 << 10, 0, 0, 0)), 0);
        String read = "mknod disk b 1 0; dd if=disk of=/dev/null bs=64k count=16 iflag=direct && echo done; sleep 600";
        long begin = System.nanoTime();
        rig.launch(rig.shell("io", limits, read));
        awaitOutput("io", "done");
        assertThat((System.nanoTime() - begin) / 1e9).as("1 MiB at 512 KiB/s").isGreaterThan(1);
        assertThat(read("io", "io.max")).isEqualTo("1:0 rbps=524288 wbps=max riops=max wiops=max");
        assertThat(rig.containerizer.usage("io").blockIo())
                .as(read("io", "io.stat"))
                .anyMatch(io -> io.device().equals("1:0") && io.readBytes() == 1 << 20 && io.reads() >= 16);
        rig.containerizer.update("io", MODEST);
        assertThat(read("io", "io.max")).isEmpty();
    }
}
