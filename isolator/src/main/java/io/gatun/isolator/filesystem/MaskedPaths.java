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
import java.util.List;

/**
 * Parts of /proc and /sys that no namespace makes a container's own. The same that Docker hides and protects; what this
 * kernel does not have is left out.
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

    private MaskedPaths() {}

    /** Mounted last, over a /proc and /sys that lie where their names say. */
    static void mount(List<SyscallRecord> records, HostFiles files) {
        for (String path : READ_ONLY) {
            if (files.exists(Path.of(path))) {
                records.add(Calls.mount(path, path, null, MS_BIND | MS_REC, null));
                records.add(Calls.mount(null, path, null, MS_REMOUNT | MS_BIND | MS_RDONLY | SAFE, null));
            }
        }
        String empty = null;
        for (String path : MASKED) {
            Path file = Path.of(path);
            if (!files.exists(file)) {
                continue;
            }
            if (!files.isDirectory(file)) {
                records.add(Calls.mount("/dev/null", path, null, MS_BIND, null));
            } else if (empty == null) {
                records.add(Calls.mount("tmpfs", path, "tmpfs", MS_RDONLY | SAFE, "mode=0555,size=4k"));
                empty = path;
            } else {
                records.add(Calls.mount(empty, path, null, MS_BIND, null));
            }
        }
    }
}
