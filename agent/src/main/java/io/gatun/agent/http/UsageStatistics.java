package io.gatun.agent.http;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.gatun.containerizer.Usage;
import io.gatun.containerizer.cgroup.BlockIo;
import io.gatun.containerizer.cgroup.MemoryUse;
import io.gatun.containerizer.cgroup.PerfSample;
import io.gatun.containerizer.cgroup.Pressure;
import io.gatun.mesos.v1.CgroupInfo.Blkio;
import io.gatun.mesos.v1.Device;
import io.gatun.mesos.v1.PerfStatistics;
import io.gatun.mesos.v1.ResourceStatistics;
import java.util.Locale;
import java.util.Optional;

/** What a container uses, as Mesos' ResourceStatistics. */
final class UsageStatistics {
    private UsageStatistics() {}

    static ResourceStatistics of(Usage usage) {
        ResourceStatistics.Builder statistics = ResourceStatistics.newBuilder()
                .setTimestamp(usage.timestamp())
                .setProcesses(usage.processes())
                .setThreads(usage.threads())
                .setCpusUserTimeSecs(usage.cpusUserTimeSecs())
                .setCpusSystemTimeSecs(usage.cpusSystemTimeSecs())
                .setCpusNrPeriods((int) usage.cpusNrPeriods())
                .setCpusNrThrottled((int) usage.cpusNrThrottled())
                .setCpusThrottledTimeSecs(usage.cpusThrottledTimeSecs())
                .setMemTotalBytes(usage.memTotalBytes())
                .setMemRssBytes(usage.memRssBytes())
                .setMemFileBytes(usage.memFileBytes())
                .setMemCacheBytes(usage.memFileBytes())
                .setMemAnonBytes(usage.memAnonBytes());
        if (usage.cpusLimit() > 0) {
            statistics.setCpusLimit(usage.cpusLimit());
        }
        if (usage.cpusSoftLimit() > 0) {
            statistics.setCpusSoftLimit(usage.cpusSoftLimit());
        }
        if (usage.memLimitBytes() > 0) {
            statistics.setMemLimitBytes(usage.memLimitBytes());
        }
        memory(statistics, usage.memory());
        if (!usage.blockIo().isEmpty()) {
            Blkio.Statistics.Builder blkio = Blkio.Statistics.newBuilder();
            usage.blockIo().forEach(io -> blkio.addThrottling(throttling(io)));
            statistics.setBlkioStatistics(blkio);
        }
        usage.perf().ifPresent(sample -> statistics.setPerf(perf(sample)));
        pressure(usage.pressure()).ifPresent(statistics::setPressure);
        return statistics.build();
    }

    private static void memory(ResourceStatistics.Builder statistics, MemoryUse memory) {
        if (memory.softLimitBytes() > 0) {
            statistics.setMemSoftLimitBytes(memory.softLimitBytes());
        }
        if (memory.equals(MemoryUse.NONE)) {
            return;
        }
        statistics
                .setMemTotalMemswBytes(memory.withSwapBytes())
                .setMemSwapBytes(memory.swapBytes())
                .setMemKmemUsageBytes(memory.kernelBytes())
                .setMemKmemTcpUsageBytes(memory.tcpBytes())
                .setMemMappedFileBytes(memory.mappedFileBytes())
                .setMemUnevictableBytes(memory.unevictableBytes());
    }

    private static Blkio.Throttling.Statistics throttling(BlockIo io) {
        int colon = io.device().indexOf(':');
        Device.Number device = Device.Number.newBuilder()
                .setMajorNumber(Long.parseLong(io.device().substring(0, colon)))
                .setMinorNumber(Long.parseLong(io.device().substring(colon + 1)))
                .build();
        return Blkio.Throttling.Statistics.newBuilder()
                .setDevice(device)
                .addIoServiced(value(Blkio.Operation.READ, io.reads()))
                .addIoServiced(value(Blkio.Operation.WRITE, io.writes()))
                .addIoServiced(value(Blkio.Operation.DISCARD, io.discards()))
                .addIoServiced(value(Blkio.Operation.TOTAL, io.total()))
                .addIoServiceBytes(value(Blkio.Operation.READ, io.readBytes()))
                .addIoServiceBytes(value(Blkio.Operation.WRITE, io.writtenBytes()))
                .addIoServiceBytes(value(Blkio.Operation.DISCARD, io.discardedBytes()))
                .addIoServiceBytes(value(Blkio.Operation.TOTAL, io.totalBytes()))
                .build();
    }

    private static Blkio.Value value(Blkio.Operation operation, long value) {
        return Blkio.Value.newBuilder().setOp(operation).setValue(value).build();
    }

    /** The message has a field for each event of perf list, named so with underscores. */
    private static PerfStatistics perf(PerfSample sample) {
        PerfStatistics.Builder perf =
                PerfStatistics.newBuilder().setTimestamp(sample.timestamp()).setDuration(sample.durationSecs());
        sample.counts().forEach((event, count) -> {
            String name = event.replace('-', '_').toLowerCase(Locale.ROOT);
            FieldDescriptor field = PerfStatistics.getDescriptor().findFieldByName(name);
            boolean whole = field.getJavaType() == FieldDescriptor.JavaType.LONG;
            perf.setField(field, whole ? (Object) Math.round(count) : count);
        });
        return perf.build();
    }

    private static Optional<ResourceStatistics.Pressure> pressure(Usage.Pressures pressures) {
        ResourceStatistics.Pressure.Builder all = ResourceStatistics.Pressure.newBuilder();
        pressures.cpu().ifPresent(cpu -> all.setCpu(resource(cpu)));
        pressures.memory().ifPresent(memory -> all.setMemory(resource(memory)));
        pressures.io().ifPresent(io -> all.setIo(resource(io)));
        return all.hasCpu() || all.hasMemory() || all.hasIo() ? Optional.of(all.build()) : Optional.empty();
    }

    private static ResourceStatistics.Pressure.Resource resource(Pressure pressure) {
        ResourceStatistics.Pressure.Resource.Builder resource =
                ResourceStatistics.Pressure.Resource.newBuilder().setSome(stall(pressure.some()));
        pressure.full().ifPresent(full -> resource.setFull(stall(full)));
        return resource.build();
    }

    private static ResourceStatistics.Pressure.Stall stall(Pressure.Stall stall) {
        return ResourceStatistics.Pressure.Stall.newBuilder()
                .setAvg10(stall.avg10())
                .setAvg60(stall.avg60())
                .setAvg300(stall.avg300())
                .setTotalUsec(stall.totalUs())
                .build();
    }
}
