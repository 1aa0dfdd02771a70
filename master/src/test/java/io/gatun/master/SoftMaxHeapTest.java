package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SoftMaxHeapTest {
    private static final long GIB = 1L << 30;
    private static final long MIB = 1L << 20;

    private final List<Long> set = new ArrayList<>();

    @Test
    void shouldFollowWhatIsInUseInSteps() {
        SoftMaxHeap heap = new SoftMaxHeap(6 * GIB, set::add);
        heap.collected(900 * MIB);
        heap.collected(1_000 * MIB);
        heap.collected(1_100 * MIB);
        heap.collected(700 * MIB);
        assertThat(set).containsExactly(2_048 * MIB, 2_560 * MIB);
    }

    @Test
    void shouldBecomeLessWhenHalfIsEnough() {
        SoftMaxHeap heap = new SoftMaxHeap(6 * GIB, set::add);
        heap.collected(1_500 * MIB);
        heap.collected(800 * MIB);
        heap.collected(700 * MIB);
        assertThat(set).containsExactly(3 * GIB, 1_536 * MIB);
    }

    @Test
    void shouldHaveAGibibyteAtLeast() {
        SoftMaxHeap heap = new SoftMaxHeap(6 * GIB, set::add);
        heap.collected(20 * MIB);
        assertThat(set).containsExactly(GIB);
    }

    @Test
    void shouldNeverBeMoreThanTheHeapMayBe() {
        SoftMaxHeap small = new SoftMaxHeap(GIB / 2, set::add);
        small.collected(20 * MIB);
        SoftMaxHeap full = new SoftMaxHeap(6 * GIB, set::add);
        full.collected(5 * GIB);
        assertThat(set).isEmpty();
        full.collected(GIB);
        full.collected(5 * GIB);
        assertThat(set).containsExactly(2 * GIB, 6 * GIB);
    }

    @Test
    void shouldStayTheWholeHeapUntilHalfIsEnough() {
        SoftMaxHeap heap = new SoftMaxHeap(6 * GIB, set::add);
        heap.collected(GIB);
        heap.collected(5 * GIB);
        heap.collected(2 * GIB);
        heap.collected(1_500 * MIB);
        assertThat(set).containsExactly(2 * GIB, 6 * GIB, 3 * GIB);
    }

    @Test
    void shouldSetTheFlagOfThisProcessAfterACycle() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseShenandoahGC",
                        "-Xmx1500m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Cycles.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines()).contains("before " + 1_500 * MIB, "after " + GIB);
    }

    /** A process whose collector runs until the flag is another one. */
    static final class Cycles {
        private static final long PATIENCE_NS = 30_000_000_000L;

        private Cycles() {}

        public static void main(String[] args) throws InterruptedException {
            long before = softMax();
            System.out.println("before " + before);
            SoftMaxHeap.begin();
            long begunNs = System.nanoTime();
            while (softMax() == before && System.nanoTime() - begunNs < PATIENCE_NS) {
                System.gc();
                Thread.sleep(10);
            }
            System.out.println("after " + softMax());
        }

        private static long softMax() {
            return Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("SoftMaxHeapSize")
                    .getValue());
        }
    }
}
