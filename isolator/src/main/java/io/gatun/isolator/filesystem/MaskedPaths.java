package io.gatun.isolator.filesystem;

import static io.gatun.ffm.mount.Mount.MS_BIND;
import static io.gatun.ffm.mount.Mount.MS_NODEV;
import static io.gatun.ffm.mount.Mount.MS_NOEXEC;
import static io.gatun.ffm.mount.Mount.MS_NOSUID;
import static io.gatun.ffm.mount.Mount.MS_RDONLY;
import static io.gatun.ffm.mount.Mount.MS_REC;
import static io.gatun.ffm.mount.Mount.MS_REMOUNT;

import io.gatun.ffm.process.SyscallRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Parts of /proc and /sys that no namespace makes a container's own. The same that Docker hides and protects; what this
 * kernel does not have is left out. Any thread.
 */
final class MaskedPaths {
    /** They tell of the host's hardware, keys and load, or address all of its memory. */
    static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    /** Writing them changes the host. */
    static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private static final long SAFE = MS_NOSUID | MS_NODEV | MS_NOEXEC;

    private static final List<Path> FILES =
            Stream.concat(READ_ONLY.stream(), MASKED.stream()).map(Path::of).toList();

    /** A module that adds a file to /proc is loaded once; the next launches see it soon enough. */
    private static final long KEPT_NS = 1_000_000_000;

    /** What is mounted for the files that a kernel has, which hardly ever change. */
    private record Made(long exist, long directories, List<SyscallRecord> records, long atNs) {}

    private final HostFiles files;
    private final LongSupplier clockNs;
    private volatile Made made;

    /** Those of a host with these files, looked for once a second. */
    MaskedPaths(HostFiles files) {
        this(files, System::nanoTime);
    }

    /** @param clockNs in place of {@link System#nanoTime} */
    MaskedPaths(HostFiles files, LongSupplier clockNs) {
        this.files = files;
        this.clockNs = clockNs;
    }

    /** Mounted last, over a /proc and /sys that lie where their names say; the same list while nothing changes. */
    List<SyscallRecord> records() {
        Made known = made;
        long now = clockNs.getAsLong();
        if (known == null || now - known.atNs() >= KEPT_NS) {
            known = look(known, now);
            made = known;
        }
        return known.records();
    }

    private Made look(Made before, long now) {
        long exist = 0;
        long directories = 0;
        for (int i = 0; i < FILES.size(); i++) {
            exist |= files.exists(FILES.get(i)) ? 1L << i : 0;
            directories |= files.isDirectory(FILES.get(i)) ? 1L << i : 0;
        }
        boolean same = before != null && before.exist() == exist && before.directories() == directories;
        return new Made(exist, directories, same ? before.records() : records(exist, directories), now);
    }

    private static List<SyscallRecord> records(long exist, long directories) {
        List<SyscallRecord> records = new ArrayList<>();
        for (int i = 0; i < READ_ONLY.size(); i++) {
            if (isSet(exist, i)) {
                String path = READ_ONLY.get(i);
                records.add(Calls.mount(path, path, null, MS_BIND | MS_REC, null));
                records.add(Calls.mount(null, path, null, MS_REMOUNT | MS_BIND | MS_RDONLY | SAFE, null));
            }
        }
        String empty = null;
        for (int i = 0; i < MASKED.size(); i++) {
            int bit = READ_ONLY.size() + i;
            String path = MASKED.get(i);
            if (!isSet(exist, bit)) {
                continue;
            }
            if (!isSet(directories, bit)) {
                records.add(Calls.mount("/dev/null", path, null, MS_BIND, null));
            } else if (empty == null) {
                records.add(Calls.mount("tmpfs", path, "tmpfs", MS_RDONLY | SAFE, "mode=0555,size=4k"));
                empty = path;
            } else {
                records.add(Calls.mount(empty, path, null, MS_BIND, null));
            }
        }
        return List.copyOf(records);
    }

    private static boolean isSet(long bits, int number) {
        return (bits >>> number & 1) != 0;
    }
}
