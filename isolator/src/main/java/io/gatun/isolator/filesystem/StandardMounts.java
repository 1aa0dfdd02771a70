package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;
import static io.gatun.ffm.mount.Mount.MS_RDONLY;

import io.gatun.ffm.mount.MountAttr;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.Host;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.NetworkConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** /proc and /sys of a container with files of its own. */
final class StandardMounts {
    private static final long SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    private static final String SYS = "/sys";
    private static final String CGROUP = "/sys/fs/cgroup";
    private static final String PROC = "/proc";
    private static final String PROC_SOURCE = "proc";
    private static final String SYS_SOURCE = "sys";

    /** An agent has one host, whose hierarchies stay. */
    private record Made(Map<String, Path> legacy, List<SyscallRecord> records) {}

    private static volatile Made made = new Made(Map.of(), List.of());

    private StandardMounts() {}

    /** What is opened of the host before its files are out of reach. */
    static void open(List<SyscallRecord> records, LaunchContext launch) {
        if (hostsSys(launch)) {
            records.add(Calls.openTree(SYS, true, SYS_SOURCE));
        }
        if (earlyProc(launch)) {
            records.add(Calls.mount("proc", PROC, "proc", SAFE, null));
            records.add(Calls.openTree(PROC, false, PROC_SOURCE));
        }
    }

    /** Without privileges a /proc can only be mounted by who sees another one in full; user_namespaces(7). */
    private static boolean earlyProc(LaunchContext launch) {
        return launch.host().has(Namespace.USER) && !ParentMounts.sharesProc(launch);
    }

    /** A sysfs shows a network namespace, and may be mounted only by who owns that: a rootless agent's child does not. */
    private static boolean hostsSys(LaunchContext launch) {
        return launch.host().has(Namespace.USER) && launch.config().network() instanceof NetworkConfig.Host;
    }

    /** /sys, with the container's own cgroups where it has a view of its own of them; read-only all. */
    static void mountSys(List<SyscallRecord> records, LaunchContext launch) {
        if (hostsSys(launch)) {
            records.add(Calls.setAttributes(SYS_SOURCE, MountAttr.MOUNT_ATTR_RDONLY, 0, SYS));
            records.add(Calls.attachAt(SYS_SOURCE, SYS));
            return;
        }
        records.add(Calls.mount("sysfs", SYS, "sysfs", MS_RDONLY | SAFE, null));
        Host host = launch.host();
        if (!host.has(Namespace.CGROUP)) {
            return;
        }
        Map<String, Path> legacy = host.cgroups().legacy();
        if (!legacy.isEmpty()) {
            Made known = made;
            if (known.legacy() != legacy) {
                known = new Made(legacy, legacyCgroups(legacy));
                made = known;
            }
            records.addAll(known.records());
        } else if (host.cgroups().unified().isPresent()) {
            records.add(Calls.mount("cgroup", CGROUP, "cgroup2", MS_RDONLY | SAFE, null));
        }
    }

    private static List<SyscallRecord> legacyCgroups(Map<String, Path> legacy) {
        List<SyscallRecord> records = new ArrayList<>();
        records.add(Calls.mount("tmpfs", CGROUP, "tmpfs", SAFE, "mode=0755,size=64k"));
        Map<Path, String> controllers = new TreeMap<>();
        new TreeMap<>(legacy)
                .forEach((controller, hierarchy) -> controllers.merge(hierarchy, controller, (a, b) -> a + "," + b));
        controllers.forEach((hierarchy, names) -> {
            String directory = CGROUP + "/" + hierarchy.getFileName();
            records.add(Calls.makeDirectory(directory));
            records.add(Calls.mount("cgroup", directory, "cgroup", MS_RDONLY | SAFE, names));
        });
        records.add(Calls.makeReadOnly(CGROUP));
        return List.copyOf(records);
    }

    /** /proc of the container's pid namespace. */
    static void mountProc(List<SyscallRecord> records, LaunchContext launch) {
        if (ParentMounts.sharesProc(launch)) {
            ParentMounts.attachProc(records);
        } else if (earlyProc(launch)) {
            records.add(Calls.attachAt(PROC_SOURCE, PROC));
        } else {
            records.add(Calls.mount("proc", PROC, "proc", SAFE, null));
        }
    }
}
