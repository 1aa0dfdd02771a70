package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Cpuset;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NumberSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code cgroups/cpuset}: processors and memory nodes; cpuset(7), "Cpuset" in cgroup-v2.rst. In v1 a new cgroup has
 * neither and takes no process; the root cgroup is set up to hand its own on (cgroup.clone_children).
 */
final class CpusetController implements Controller {
    @Override
    public String isolator() {
        return "cgroups/cpuset";
    }

    @Override
    public List<String> controllers() {
        return List.of("cpuset");
    }

    @Override
    public List<Setting> settings(String id, Limits limits, CgroupHost host) {
        Optional<Path> cgroup = host.cgroup("cpuset", id);
        if (cgroup.isEmpty()) {
            return List.of();
        }
        Optional<Cpuset> cpuset = limits.cpuset();
        return List.of(
                setting(
                        host,
                        cgroup.get().resolve("cpuset.cpus"),
                        cpuset.map(Cpuset::cpus),
                        host.features().cpus()),
                setting(
                        host,
                        cgroup.get().resolve("cpuset.mems"),
                        cpuset.map(Cpuset::mems),
                        host.features().mems()));
    }

    private static Setting setting(CgroupHost host, Path file, Optional<NumberSet> asked, NumberSet all) {
        // v2 takes a blank line as "what the cgroup above has"; an empty write would not reach the kernel's parser.
        String normal = host.isUnified("cpuset") ? "\n" : all.toString();
        return new Setting(
                file,
                asked.filter(set -> !set.isEmpty()).map(NumberSet::toString).orElse(normal),
                normal);
    }

    @Override
    public List<String> asked(Limits limits) {
        return limits.cpuset().isPresent() ? List.of("cpuset") : List.of();
    }

    @Override
    public List<String> problems(Limits limits, CgroupHost host) {
        List<String> problems = new ArrayList<>();
        if (host.has("cpuset")) {
            limits.cpuset().ifPresent(cpuset -> {
                check(problems, "cpus", cpuset.cpus(), host.features().cpus());
                check(problems, "mems", cpuset.mems(), host.features().mems());
            });
        }
        return problems;
    }

    private static void check(List<String> problems, String field, NumberSet asked, NumberSet all) {
        if (!all.containsAll(asked)) {
            problems.add("limits.cpuset." + field + "=" + asked + ": must be among this host's, " + all);
        }
    }
}
