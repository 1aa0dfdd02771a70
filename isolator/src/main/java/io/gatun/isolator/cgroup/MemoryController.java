package io.gatun.isolator.cgroup;

import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code cgroups/mem}: hard limit, soft limit, swap; "Memory" in cgroup-v2.rst, cgroup-v1/memory.rst. */
final class MemoryController implements Controller {
    private static final String SWAP_MAX = "memory.swap.max";
    private static final String MEMSW = "memory.memsw.limit_in_bytes";
    private static final String OFF = "-1";

    @Override
    public String isolator() {
        return "cgroups/mem";
    }

    @Override
    public List<String> controllers() {
        return List.of("memory");
    }

    @Override
    public List<Setting> settings(String id, Limits limits, CgroupHost host) {
        Optional<Path> cgroup = host.cgroup("memory", id);
        if (cgroup.isEmpty()) {
            return List.of();
        }
        return host.isUnified("memory")
                ? unified(cgroup.get(), limits.memory(), host)
                : legacy(cgroup.get(), limits.memory(), host);
    }

    private static List<Setting> unified(Path cgroup, Limits.Memory memory, CgroupHost host) {
        List<Setting> settings = new ArrayList<>();
        // A task of which the kernel killed only a part is worse than a dead one.
        settings.add(new Setting(cgroup.resolve("memory.oom.group"), "1", "0"));
        settings.add(new Setting(cgroup.resolve("memory.max"), bytes(memory.hardBytes(), "max"), "max"));
        settings.add(new Setting(cgroup.resolve("memory.low"), Long.toString(memory.softBytes()), "0"));
        if (host.hasFile(SWAP_MAX)) {
            boolean held = memory.hardBytes() > 0 && memory.swapBytes() != Limits.Memory.UNLIMITED;
            settings.add(new Setting(cgroup.resolve(SWAP_MAX), held ? "" + memory.swapBytes() : "max", "max"));
        }
        return settings;
    }

    private static List<Setting> legacy(Path cgroup, Limits.Memory memory, CgroupHost host) {
        List<Setting> settings = new ArrayList<>();
        settings.add(new Setting(cgroup.resolve("memory.limit_in_bytes"), bytes(memory.hardBytes(), OFF), OFF));
        if (host.hasFile(MEMSW)) {
            // v1 counts memory and swap together, and wants this limit at or above the other: so it comes second.
            boolean held = memory.hardBytes() > 0 && memory.swapBytes() != Limits.Memory.UNLIMITED;
            settings.add(new Setting(
                    cgroup.resolve(MEMSW), held ? "" + (memory.hardBytes() + memory.swapBytes()) : OFF, OFF));
        }
        settings.add(new Setting(cgroup.resolve("memory.soft_limit_in_bytes"), bytes(memory.softBytes(), OFF), OFF));
        return settings;
    }

    private static String bytes(long limit, String none) {
        return limit == 0 ? none : Long.toString(limit);
    }

    @Override
    public List<Setting> changes(String id, Limits from, Limits to, CgroupHost host) {
        List<Setting> changes =
                new ArrayList<>(Controller.differences(settings(id, from, host), settings(id, to, host)));
        boolean raised = effective(to.memory()) > effective(from.memory());
        if (raised) {
            // v1 keeps the sum at or above the memory at every moment.
            changes.sort(
                    (a, b) -> Boolean.compare(b.file().endsWith(MEMSW), a.file().endsWith(MEMSW)));
        }
        return changes;
    }

    /** The limit of memory and swap together. */
    private static long effective(Limits.Memory memory) {
        boolean none = memory.hardBytes() == 0 || memory.swapBytes() == Limits.Memory.UNLIMITED;
        return none ? Long.MAX_VALUE : memory.hardBytes() + memory.swapBytes();
    }

    @Override
    public List<String> asked(Limits limits) {
        List<String> fields = new ArrayList<>();
        if (limits.memory().hardBytes() > 0) {
            fields.add("memoryBytes");
        }
        if (limits.memory().softBytes() > 0) {
            fields.add("memory.softBytes");
        }
        return fields;
    }

    @Override
    public List<String> missing(Limits limits, CgroupHost host) {
        boolean counted = host.hasFile(host.isUnified("memory") ? SWAP_MAX : MEMSW);
        return limits.memory().swapBytes() > 0 && !counted
                ? List.of("limits.memory.swapBytes cannot be enforced: the kernel does not account for swap")
                : List.of();
    }
}
