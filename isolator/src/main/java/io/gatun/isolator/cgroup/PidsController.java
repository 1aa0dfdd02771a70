package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.util.List;

/** {@code cgroups/pids}: processes and threads together; the file is the same in v1 and v2: cgroup-v1/pids.rst. */
final class PidsController implements Controller {
    @Override
    public String isolator() {
        return "cgroups/pids";
    }

    @Override
    public List<String> controllers() {
        return List.of("pids");
    }

    @Override
    public List<Setting> settings(String id, Limits limits, CgroupHost host) {
        // One more for the init, which the user does not know of.
        String max = limits.pids() == 0 ? "max" : Long.toString(limits.pids() + 1);
        return host.cgroup("pids", id).stream()
                .map(cgroup -> new Setting(cgroup.resolve("pids.max"), max, "max"))
                .toList();
    }

    @Override
    public List<String> asked(Limits limits) {
        return limits.pids() > 0 ? List.of("pids") : List.of();
    }
}
