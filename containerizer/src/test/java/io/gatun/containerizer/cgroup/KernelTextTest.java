package io.gatun.containerizer.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Texts of kernels 5.10 to 6.18, as they printed them. */
class KernelTextTest {
    private static final List<String> LOG = """
            sh invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
            memory: usage 1kB, limit 1kB, failcnt 1
            oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/gatun/other,task_memcg=/gatun/other,task=sh,pid=7,uid=0
            tail invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
            CPU: 0 PID: 77 Comm: tail Not tainted 6.1.0 #1
            memory: usage 40960kB, limit 40960kB, failcnt 31
            swap: usage 0kB, limit 0kB, failcnt 0
            Memory cgroup stats for /outer/gatun/hog:
            anon 41234432
            file 0
            kernel 163840
            anon 1
            Tasks state (memory values in pages):
            oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=hog,mems_allowed=0,oom_memcg=/outer/gatun/hog,task_memcg=/outer/gatun/hog,task=tail,pid=77,uid=0
            Memory cgroup out of memory: Killed process 77 (tail) total-vm:43756kB
            """.lines().toList();

    @Test
    void shouldFindTheReportOfAKill() {
        OomKill kill = OomKill.find(LOG, "/gatun/hog").orElseThrow();
        assertThat(kill.stat()).containsEntry("anon", 41_234_432L).containsEntry("kernel", 163_840L);
        assertThat(kill.describe())
                .isEqualTo("tail was killed at usage 40960 kB, limit 40960 kB, failcnt 31: anon 39.3 MiB, file 0.0 MiB,"
                        + " kernel 0.2 MiB");
        assertThat(OomKill.find(LOG, "/gatun/other").orElseThrow().task()).isEqualTo("sh");
    }

    @Test
    void shouldFindNoneThatIsNotThere() {
        assertThat(OomKill.find(LOG, "/gatun/og")).isEmpty();
        assertThat(OomKill.find(LOG.subList(4, 5), "/gatun/hog")).isEmpty();
        assertThat(OomKill.find(List.of(LOG.getLast(), LOG.get(LOG.size() - 2)), "/gatun/hog"))
                .as("only the end of the report is left")
                .isEmpty();
    }

    @Test
    void shouldReadPressure() {
        Pressure pressure = Pressure.parse("""
                some avg10=1.23 avg60=0.50 avg300=0.00 total=123456
                full avg10=0.10 avg60=0.00 avg300=0.00 total=78
                """).orElseThrow();
        assertThat(pressure.some()).isEqualTo(new Pressure.Stall(1.23, 0.5, 0, 123_456));
        assertThat(pressure.full()).contains(new Pressure.Stall(0.1, 0, 0, 78));
        assertThat(Pressure.parse("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
                        .orElseThrow()
                        .full())
                .as("processors before Linux 5.13")
                .isEqualTo(Optional.empty());
        assertThat(Pressure.parse("")).isEmpty();
    }

    @Test
    void shouldReadIoOfEachDevice() {
        List<BlockIo> devices = BlockIo.unified("""
                8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=5 dios=6
                7:0\s
                (unknown) rbytes=1
                8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=50331648 dios=3021 cost.usage=7
                """);
        assertThat(devices)
                .containsExactly(
                        new BlockIo("8:16", 1_459_200, 314_773_504, 5, 192, 353, 6),
                        new BlockIo("8:0", 90_430_464, 299_008_000, 50_331_648, 8950, 1252, 3021));
        assertThat(devices.getFirst().total()).isEqualTo(551);
    }

    @Test
    void shouldReadIoOfTheOldHierarchy() {
        assertThat(BlockIo.legacy("""
                        254:0 Read 12288
                        254:0 Write 4096
                        254:0 Sync 12288
                        254:0 Discard 1
                        Total 16385
                        """, "254:0 Read 3\n254:0 Write 1\nTotal 4\n"))
                .containsExactly(new BlockIo("254:0", 12_288, 4096, 1, 3, 1, 0));
    }
}
