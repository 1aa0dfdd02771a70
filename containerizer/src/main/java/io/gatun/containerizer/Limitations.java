package io.gatun.containerizer;

import io.gatun.containerizer.cgroup.OomKill;
import io.gatun.ffm.KernelLog;
import io.gatun.ffm.SyscallException;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel says about limits that were hit; read before the cgroups are removed. */
final class Limitations {
    private final CgroupHost host;

    Limitations(CgroupHost host) {
        this.host = host;
    }

    /** A limit and the kernel's numbers. */
    record Hit(Limitation limitation, String message) {}

    /**
     * The limit that ended a container, if one did.
     *
     * @param succeeded whether its task exited with 0: then nothing that happened in between counts
     */
    Optional<Hit> of(String id, Limits limits, boolean succeeded) {
        if (succeeded) {
            return Optional.empty();
        }
        return memory(id, limits).or(() -> pids(id, limits));
    }

    private Optional<Hit> memory(String id, Limits limits) {
        if (host.cgroup("memory", id).isEmpty()) {
            return Optional.empty();
        }
        Path cgroup = host.cgroup("memory", id).get();
        Optional<Hit> hit = host.isUnified("memory") ? unifiedMemory(cgroup, limits) : legacyMemory(cgroup, limits);
        Path mount = host.isUnified("memory")
                ? host.unified().orElseThrow()
                : host.legacy().get("memory");
        String path = "/" + mount.relativize(cgroup);
        return hit.map(files -> new Hit(files.limitation(), files.message() + atTheKill(path)));
    }

    /** The kernel's report of the kill has the numbers of that moment, where it may be read. */
    private static String atTheKill(String cgroup) {
        try {
            return OomKill.find(KernelLog.lines(), cgroup)
                    .map(kill -> "; " + kill.describe())
                    .orElse("; the kernel's report of the kill was not printed or is overwritten");
        } catch (SyscallException e) {
            return "; the kernel's report of the kill cannot be read: " + e.getMessage();
        }
    }

    private static Optional<Hit> unifiedMemory(Path cgroup, Limits limits) {
        Path events = cgroup.resolve("memory.events");
        long killed = CgroupFiles.keyed(events, "oom_kill");
        long reached = CgroupFiles.keyed(events, "oom");
        // What happens to a nested container is counted here too: it was that one's limit, and that one's end.
        boolean nested = reached > 0 && own(cgroup, "memory.events", "oom") == 0;
        if (killed == 0 || nested) {
            return Optional.empty();
        }
        String what = reached > 0
                ? exceeded(limits, CgroupFiles.number(cgroup.resolve("memory.peak")))
                : "Killed within its own memory limit: that of the container around it, or the host's memory, was used up";
        return Optional.of(new Hit(
                Limitation.MEMORY,
                what + "; memory.events: max " + CgroupFiles.keyed(events, "max") + ", oom " + reached + ", oom_kill "
                        + killed));
    }

    /** A number of a file of events, without those of the cgroups below where the kernel tells them apart. */
    private static long own(Path cgroup, String file, String key) {
        Path local = cgroup.resolve(file + ".local");
        return CgroupFiles.keyed(Files.exists(local) ? local : cgroup.resolve(file), key);
    }

    private static Optional<Hit> legacyMemory(Path cgroup, Limits limits) {
        long killed = CgroupFiles.keyed(cgroup.resolve("memory.oom_control"), "oom_kill");
        if (killed == 0) {
            return Optional.empty();
        }
        return Optional.of(new Hit(
                Limitation.MEMORY,
                exceeded(limits, CgroupFiles.number(cgroup.resolve("memory.max_usage_in_bytes")))
                        + "; memory.failcnt "
                        + CgroupFiles.number(cgroup.resolve("memory.failcnt")).orElse(0L)
                        + ", memory.oom_control: oom_kill " + killed));
    }

    private static String exceeded(Limits limits, Optional<Long> peakBytes) {
        return "Memory limit exceeded: requested " + OomKill.mebibytes(limits.memoryBytes())
                + peakBytes
                        .map(peak -> ", maximum used " + OomKill.mebibytes(peak))
                        .orElse("");
    }

    private Optional<Hit> pids(String id, Limits limits) {
        long refused = host.cgroup("pids", id)
                // Before Linux 6.11 the refusal is counted where the process is that wanted to fork.
                .map(cgroup -> own(cgroup, "pids.events", "max")
                        + own(cgroup.resolve(NestedCgroups.LEAF), "pids.events", "max"))
                .orElse(0L);
        return refused == 0 || limits.pids() == 0
                ? Optional.empty()
                : Optional.of(new Hit(
                        Limitation.PIDS,
                        "Process limit exceeded: " + limits.pids() + " allowed; pids.events: max " + refused));
    }
}
