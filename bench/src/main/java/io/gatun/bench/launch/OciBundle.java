package io.gatun.bench.launch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.isolator.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A bundle (OCI runtime specification 1.0) that asks runc and crun for what Gatun does: the same root, namespaces, limits,
 * mounts, masked and read-only paths, capabilities. Of what {@code runc spec} writes the rlimit alone is missing.
 */
final class OciBundle {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMESPACES = List.of("pid", "ipc", "uts", "mount", "cgroup", "network");
    /** What other files of /proc and /sys show of the host. */
    static final List<String> MASKED =
            List.of("/proc/acpi", "/proc/interrupts", "/proc/keys", "/proc/timer_list", "/sys/firmware");

    static final List<String> READ_ONLY = List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys");
    private static final List<String> CAPABILITIES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE");
    private static final long PERIOD_US = 100_000;

    private OciBundle() {}

    /**
     * Writes it.
     *
     * @param limits empty for none
     */
    static void write(Path folder, Path root, Optional<Limits> limits) throws IOException {
        Files.writeString(folder.resolve("config.json"), JSON.writeValueAsString(config(root, limits)));
    }

    private static ObjectNode config(Path root, Optional<Limits> limits) {
        ObjectNode config = JSON.createObjectNode();
        config.put("ociVersion", "1.0.2").put("hostname", "bench");
        ObjectNode process = config.putObject("process").put("terminal", false).put("cwd", "/");
        process.putObject("user").put("uid", 0).put("gid", 0);
        process.putArray("args").add(LaunchCommand.PROGRAM);
        process.putArray("env").add("PATH=/usr/bin:/bin");
        process.put("noNewPrivileges", true);
        ObjectNode capabilities = process.putObject("capabilities");
        for (String set : List.of("bounding", "effective", "permitted")) {
            CAPABILITIES.forEach(capabilities.putArray(set)::add);
        }
        config.putObject("root").put("path", root.toString()).put("readonly", false);
        ArrayNode mounts = config.putArray("mounts");
        mount(mounts, "/proc", "proc", "nosuid", "nodev", "noexec");
        mount(mounts, "/dev", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
        mount(mounts, "/dev/pts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5");
        mount(mounts, "/dev/shm", "tmpfs", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k");
        mount(mounts, "/dev/mqueue", "mqueue", "nosuid", "noexec", "nodev");
        mount(mounts, "/sys", "sysfs", "nosuid", "noexec", "nodev", "ro");
        mount(mounts, "/sys/fs/cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro");
        ObjectNode linux = config.putObject("linux");
        ArrayNode namespaces = linux.putArray("namespaces");
        NAMESPACES.forEach(type -> namespaces.addObject().put("type", type));
        MASKED.forEach(linux.putArray("maskedPaths")::add);
        READ_ONLY.forEach(linux.putArray("readonlyPaths")::add);
        limits.ifPresent(asked -> resources(linux.putObject("resources"), asked));
        return config;
    }

    private static void mount(ArrayNode mounts, String destination, String type, String... options) {
        ObjectNode mount = mounts.addObject();
        mount.put("destination", destination).put("type", type).put("source", type);
        List.of(options).forEach(mount.putArray("options")::add);
    }

    private static void resources(ObjectNode resources, Limits limits) {
        resources
                .putObject("cpu")
                .put("quota", (long) (limits.cpus() * PERIOD_US))
                .put("period", PERIOD_US);
        resources.putObject("memory").put("limit", limits.memoryBytes());
        resources.putObject("pids").put("limit", limits.pids());
    }
}
