package io.gatun.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What this machine has.
 *
 * @param bootId new at each boot, random(4)
 * @param cpus online CPUs
 * @param memTotalBytes MemTotal of proc_meminfo(5)
 * @param diskTotalBytes size of the file system that holds the work directory
 */
record Host(String bootId, int cpus, long memTotalBytes, long diskTotalBytes) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Path CPUS_ONLINE = Path.of("/sys/devices/system/cpu/online");
    private static final int BYTES_PER_KIB = 1024;

    /** @param workDir must exist */
    static Host detect(Path workDir) {
        try {
            return new Host(
                    Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip(),
                    cpusOnline(),
                    memTotalBytes(Files.readAllLines(MEMINFO, StandardCharsets.US_ASCII)),
                    Files.getFileStore(workDir).getTotalSpace());
        } catch (IOException e) {
            throw new UncheckedIOException("detect the host's resources: " + e, e);
        }
    }

    /** The machine's, not those that this process may use: containers are not bound by the agent's own affinity. */
    private static int cpusOnline() throws IOException {
        if (!Files.isReadable(CPUS_ONLINE)) {
            return Runtime.getRuntime().availableProcessors();
        }
        return cpuCount(Files.readString(CPUS_ONLINE, StandardCharsets.US_ASCII).strip());
    }

    /** Counts a CPU list such as {@code 0-3,6} (Documentation/admin-guide/cputopology.rst). */
    static int cpuCount(String list) {
        int count = 0;
        for (String part : list.split(",", -1)) {
            int dash = part.indexOf('-');
            count += dash < 0
                    ? 1
                    : Integer.parseInt(part.substring(dash + 1)) - Integer.parseInt(part.substring(0, dash)) + 1;
        }
        return count;
    }

    static long memTotalBytes(List<String> meminfo) {
        String line = meminfo.stream()
                .filter(l -> l.startsWith("MemTotal:"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(MEMINFO + " has no line MemTotal"));
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * BYTES_PER_KIB;
    }
}
