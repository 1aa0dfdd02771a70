package io.gatun.bench.launch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.isolator.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A bundle (OCI runtime specification 1.0) that asks runc and crun for what Gatun does: the same namespaces and limits, the
 * host's programs, /proc. Nothing else of their usual work (masked paths, seccomp, devices) is asked for.
 */
final class OciBundle {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMESPACES = List.of("pid", "ipc", "uts", "mount", "cgroup");
    private static final long PERIOD_US = 100_000;

    private OciBundle() {}

    /** Writes it into an empty folder. */
    static void write(Path folder, Limits limits) throws IOException {
        Path root = Files.createDirectories(folder.resolve("rootfs"));
        Files.createDirectories(root.resolve("usr"));
        Files.createDirectories(root.resolve("proc"));
        // Where /bin is a folder of its own this does not find the program, and the run says so.
        for (String link : List.of("bin", "lib", "lib64")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
        Files.writeString(folder.resolve("config.json"), JSON.writeValueAsString(config(limits)));
    }

    private static ObjectNode config(Limits limits) {
        ObjectNode config = JSON.createObjectNode();
        config.put("ociVersion", "1.0.2").put("hostname", "bench");
        ObjectNode process = config.putObject("process").put("terminal", false).put("cwd", "/");
        process.putObject("user").put("uid", 0).put("gid", 0);
        process.putArray("args").add(LaunchCommand.PROGRAM);
        process.putArray("env").add("PATH=/usr/bin:/bin");
        config.putObject("root").put("path", "rootfs").put("readonly", false);
        ArrayNode mounts = config.putArray("mounts");
        mounts.addObject().put("destination", "/proc").put("type", "proc").put("source", "proc");
        ObjectNode usr = mounts.addObject()
                .put("destination", "/usr")
                .put("type", "bind")
                .put("source", "/usr");
        usr.putArray("options").add("rbind").add("ro");
        ObjectNode linux = config.putObject("linux");
        ArrayNode namespaces = linux.putArray("namespaces");
        NAMESPACES.forEach(type -> namespaces.addObject().put("type", type));
        ObjectNode resources = linux.putObject("resources");
        resources
                .putObject("cpu")
                .put("quota", (long) (limits.cpus() * PERIOD_US))
                .put("period", PERIOD_US);
        resources.putObject("memory").put("limit", limits.memoryBytes());
        resources.putObject("pids").put("limit", limits.pids());
        return config;
    }
}
