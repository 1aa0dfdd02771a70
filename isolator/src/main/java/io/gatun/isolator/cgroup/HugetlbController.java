package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code cgroups/hugetlb}: huge pages by size; "HugeTLB" in cgroup-v2.rst, cgroup-v1/hugetlb.rst. Both the pages and
 * their reservations are limited: with the first alone a program learns of the limit by SIGBUS, with the second mmap(2)
 * fails.
 */
final class HugetlbController implements Controller {
    @Override
    public String isolator() {
        return "cgroups/hugetlb";
    }

    @Override
    public List<String> controllers() {
        return List.of("hugetlb");
    }

    @Override
    public List<Setting> settings(String id, Limits limits, CgroupHost host) {
        Optional<Path> cgroup = host.cgroup("hugetlb", id);
        List<Setting> settings = new ArrayList<>();
        boolean unified = host.isUnified("hugetlb");
        cgroup.ifPresent(directory -> limits.hugetlbBytes().forEach((size, bytes) -> {
            for (String file : files(size, unified)) {
                if (host.hasFile(file)) {
                    settings.add(new Setting(directory.resolve(file), Long.toString(bytes), unified ? "max" : "-1"));
                }
            }
        }));
        return settings;
    }

    private static List<String> files(String size, boolean unified) {
        String limit = unified ? "max" : "limit_in_bytes";
        return List.of("hugetlb." + size + "." + limit, "hugetlb." + size + ".rsvd." + limit);
    }

    @Override
    public List<String> asked(Limits limits) {
        return limits.hugetlbBytes().isEmpty() ? List.of() : List.of("hugetlbBytes");
    }

    @Override
    public List<String> problems(Limits limits, CgroupHost host) {
        if (!host.has("hugetlb")) {
            return List.of();
        }
        return limits.hugetlbBytes().keySet().stream()
                .filter(size ->
                        !host.hasFile(files(size, host.isUnified("hugetlb")).getFirst()))
                .map(size -> "limits.hugetlbBytes=" + size + ": must be a page size of this host")
                .toList();
    }
}
