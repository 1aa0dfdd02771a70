package io.gatun.agent;

import io.gatun.mesos.resources.ResourceException;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What an agent offers: {@code --resources}, and what is detected of the kinds that it does not name. By Mesos' rules
 * (src/slave/containerizer/containerizer.cpp): all CPUs, memory less 1 GB (half of it below 2 GB), disk less 5 GB (half of
 * it below 10 GB), ports 31000 to 32000.
 */
final class Offering {
    private static final long MB = 1 << 20;
    private static final long MEM_RESERVED_MB = 1024;
    private static final long DISK_RESERVED_MB = 5 * 1024;
    private static final long PORT_BEGIN = 31_000;
    private static final long PORT_END = 32_000;

    private Offering() {}

    /**
     * @param text of --resources, null when absent
     * @throws io.gatun.mesos.flags.StartupException naming flag, text and rule
     */
    static Resources of(String text, Host host) {
        Resources given = given(text);
        List<Resource> all = new ArrayList<>(given.toProtos());
        addUnlessNamed(all, given, scalar("cpus", host.cpus()));
        addUnlessNamed(all, given, scalar("mem", (double) less(host.memTotalBytes() / MB, MEM_RESERVED_MB)));
        addUnlessNamed(all, given, scalar("disk", (double) less(host.diskTotalBytes() / MB, DISK_RESERVED_MB)));
        addUnlessNamed(all, given, ports());
        return Resources.of(all);
    }

    private static Resources given(String text) {
        try {
            return text == null ? Resources.NONE : Resources.parse(text);
        } catch (ResourceException e) {
            throw AgentConfig.invalid("--resources", text, String.valueOf(e.getMessage()));
        }
    }

    private static long less(long totalMb, long reservedMb) {
        return totalMb < 2 * reservedMb ? totalMb / 2 : totalMb - reservedMb;
    }

    private static void addUnlessNamed(List<Resource> all, Resources given, Resource detected) {
        if (!given.names().contains(detected.getName())) {
            all.add(detected);
        }
    }

    private static Resource scalar(String name, double units) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(units))
                .build();
    }

    private static Resource ports() {
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder()
                        .addRange(Value.Range.newBuilder().setBegin(PORT_BEGIN).setEnd(PORT_END)))
                .build();
    }
}
