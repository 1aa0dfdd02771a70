package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.IoLimit;
import io.gatun.isolator.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code cgroups/blkio}: block devices; "IO" in cgroup-v2.rst, cgroup-v1/blkio-controller.rst, bfq-iosched.rst. */
final class BlkioController implements Controller {
    private static final String WEIGHT = "io.weight";
    private static final String BFQ_WEIGHT = "io.bfq.weight";
    private static final String LEGACY_WEIGHT = "blkio.bfq.weight";
    private static final int NORMAL_WEIGHT = 100;
    private static final int MAX_BFQ_WEIGHT = 1000;

    @Override
    public String isolator() {
        return "cgroups/blkio";
    }

    @Override
    public List<String> controllers() {
        return List.of("io", "blkio");
    }

    @Override
    public List<Setting> settings(String id, Limits limits, CgroupHost host) {
        List<Setting> settings = new ArrayList<>();
        if (host.isUnified("io")) {
            Path cgroup = host.cgroup("io", id).orElseThrow();
            limits.io().forEach(limit -> settings.add(unified(cgroup, limit)));
            weight(settings, cgroup, host.hasFile(WEIGHT) ? WEIGHT : BFQ_WEIGHT, limits, host);
        } else if (host.has("blkio")) {
            Path cgroup = host.cgroup("blkio", id).orElseThrow();
            limits.io().forEach(limit -> legacy(settings, cgroup, limit));
            weight(settings, cgroup, LEGACY_WEIGHT, limits, host);
        }
        return settings;
    }

    private static Setting unified(Path cgroup, IoLimit limit) {
        String value = "rbps=" + orMax(limit.readBytesPerSecond()) + " wbps=" + orMax(limit.writeBytesPerSecond())
                + " riops=" + orMax(limit.readsPerSecond()) + " wiops=" + orMax(limit.writesPerSecond());
        return new Setting(cgroup.resolve("io.max"), limit.device(), value, "rbps=max wbps=max riops=max wiops=max");
    }

    private static String orMax(long limit) {
        return limit == 0 ? "max" : Long.toString(limit);
    }

    private static void legacy(List<Setting> settings, Path cgroup, IoLimit limit) {
        throttle(settings, cgroup, limit, "read_bps_device", limit.readBytesPerSecond());
        throttle(settings, cgroup, limit, "write_bps_device", limit.writeBytesPerSecond());
        throttle(settings, cgroup, limit, "read_iops_device", limit.readsPerSecond());
        throttle(settings, cgroup, limit, "write_iops_device", limit.writesPerSecond());
    }

    private static void throttle(List<Setting> settings, Path cgroup, IoLimit limit, String file, long value) {
        settings.add(new Setting(cgroup.resolve("blkio.throttle." + file), limit.device(), Long.toString(value), "0"));
    }

    private static void weight(List<Setting> settings, Path cgroup, String file, Limits limits, CgroupHost host) {
        if (!host.hasFile(file)) {
            return;
        }
        int weight = limits.ioWeight() == 0 ? NORMAL_WEIGHT : limits.ioWeight();
        int taken = file.equals(WEIGHT) ? weight : Math.min(weight, MAX_BFQ_WEIGHT);
        settings.add(new Setting(cgroup.resolve(file), Integer.toString(taken), Integer.toString(NORMAL_WEIGHT)));
    }

    @Override
    public boolean available(CgroupHost host) {
        return host.has("io") || host.has("blkio");
    }

    @Override
    public List<String> asked(Limits limits) {
        List<String> fields = new ArrayList<>();
        if (!limits.io().isEmpty()) {
            fields.add("io");
        }
        if (limits.ioWeight() > 0) {
            fields.add("ioWeight");
        }
        return fields;
    }

    @Override
    public List<String> missing(Limits limits, CgroupHost host) {
        List<String> lines = new ArrayList<>();
        boolean unified = host.isUnified("io");
        if (!limits.io().isEmpty() && !host.hasFile(unified ? "io.max" : "blkio.throttle.read_bps_device")) {
            lines.add("limits.io cannot be enforced: the kernel has no block device throttling");
        }
        boolean weighs = unified ? host.hasFile(WEIGHT) || host.hasFile(BFQ_WEIGHT) : host.hasFile(LEGACY_WEIGHT);
        if (limits.ioWeight() > 0 && !weighs) {
            lines.add("limits.ioWeight cannot be enforced: the kernel has neither io.weight nor the BFQ scheduler");
        }
        return lines;
    }
}
