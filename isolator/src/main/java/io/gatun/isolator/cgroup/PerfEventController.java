package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.util.List;

/**
 * {@code cgroups/perf_event}: nothing to set. In v1 it makes a container join the hierarchy by which it can be counted,
 * in v2 it always can; perf_event_open(2), PERF_FLAG_PID_CGROUP.
 */
final class PerfEventController implements Controller {
    @Override
    public String isolator() {
        return "cgroups/perf_event";
    }

    @Override
    public List<String> controllers() {
        return List.of("perf_event");
    }

    @Override
    public List<Setting> settings(String id, Limits limits, CgroupHost host) {
        return List.of();
    }

    @Override
    public List<String> asked(Limits limits) {
        return List.of();
    }
}
