package io.gatun.master.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.MasterFlags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
    @Test
    void shouldCountWhatTheSnapshotHolds() {
        Map<String, Double> metrics = new TreeMap<>();
        MasterMetrics.collect(SampleCluster.snapshot(), true, 1100.75, (name, value) -> metrics.put(name, value));

        assertThat(metrics)
                .containsEntry("master/elected", 1.0)
                .containsEntry("master/uptime_secs", 100.5)
                .containsEntry("master/slaves_active", 1.0)
                .containsEntry("master/slaves_connected", 1.0)
                .containsEntry("master/slaves_inactive", 1.0)
                .containsEntry("master/slaves_disconnected", 1.0)
                .containsEntry("master/slaves_unreachable", 3.0)
                .containsEntry("master/frameworks_active", 1.0)
                .containsEntry("master/frameworks_disconnected", 0.0)
                .containsEntry("master/outstanding_offers", 1.0)
                .containsEntry("master/tasks_running", 1.0)
                .containsEntry("master/tasks_staging", 1.0)
                .containsEntry("master/tasks_unreachable", 1.0)
                .containsEntry("master/tasks_finished", 12.0)
                .containsEntry("master/tasks_failed", 0.0)
                .containsEntry("master/cpus_total", 11.0)
                .containsEntry("master/cpus_used", 1.5)
                .containsEntry("master/cpus_percent", 1.5 / 11)
                .containsEntry("master/mem_total", 1124.5)
                .containsEntry("master/disk_used", 0.0)
                .containsEntry("master/gpus_percent", 0.0)
                .containsEntry("master/cpus_revocable_total", 0.0)
                .containsEntry("allocator/mesos/resources/cpus/offered_or_allocated", 2.5)
                .containsEntry("master/frameworks/marathon/m1-0000/subscribed", 1.0)
                .containsEntry("master/frameworks/marathon/m1-0000/tasks/active/task_running", 1.0);
    }

    @Test
    void shouldTellOfAMasterThatDoesNotLead() {
        Map<String, Double> metrics = new TreeMap<>();
        MasterMetrics.collect(SampleCluster.empty(), false, 1000, (name, value) -> metrics.put(name, value));
        assertThat(metrics)
                .containsEntry("master/elected", 0.0)
                .containsEntry("master/uptime_secs", 0.0)
                .containsEntry("master/cpus_percent", 0.0);
    }

    @Test
    void shouldReadTheLoadOrLeaveItOut(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("loadavg"), "0.50 1.25 2.00 1/234 5678\n");
        Map<String, Double> metrics = new TreeMap<>();
        new SystemMetrics(file).collect((name, value) -> metrics.put(name, value));
        assertThat(metrics)
                .containsEntry("system/load_1min", 0.5)
                .containsEntry("system/load_5min", 1.25)
                .containsEntry("system/load_15min", 2.0)
                .containsKeys("system/cpus_total", "system/mem_total_bytes", "system/mem_free_bytes");

        Map<String, Double> without = new TreeMap<>();
        new SystemMetrics(directory.resolve("none")).collect((name, value) -> without.put(name, value));
        assertThat(without).doesNotContainKey("system/load_1min").containsKey("system/cpus_total");
    }

    @Test
    void shouldShowATimerOnlyOnceItHasMeasured() {
        TimerStatistics timer = new TimerStatistics("registrar/state_store_ms");
        Map<String, Double> metrics = new TreeMap<>();
        timer.collect((name, value) -> metrics.put(name, value));
        assertThat(metrics).isEmpty();

        for (int ms = 1; ms <= 1100; ms++) {
            timer.record(ms * 1_000_000L);
        }
        timer.collect((name, value) -> metrics.put(name, value));
        assertThat(metrics)
                .containsEntry("registrar/state_store_ms", 1100.0)
                .containsEntry("registrar/state_store_ms/count", 1000.0)
                .containsEntry("registrar/state_store_ms/min", 101.0)
                .containsEntry("registrar/state_store_ms/max", 1100.0)
                .containsEntry("registrar/state_store_ms/p50", 600.5);
    }

    @Test
    void shouldShowSetFlagsByNameAndHideThePassword() {
        MasterFlags flags = new MasterFlags();
        flags.zk = "zk://gatun:s@cret@h1:2181,h2:2181/mesos";
        flags.offerTimeout = null;
        Map<String, String> values = FlagValues.of(flags);
        assertThat(values)
                .containsEntry("zk", "zk://gatun:***@h1:2181,h2:2181/mesos")
                .containsEntry("port", "5050")
                .containsEntry("agent_ping_timeout", "2secs")
                .doesNotContainKeys("offer_timeout", "slave_ping_timeout", "cluster");
    }
}
