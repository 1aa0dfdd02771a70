package io.gatun.containerizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.Arch;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.Host;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Row;
import io.gatun.isolator.cgroup.DevicesIsolator;
import io.gatun.isolator.selection.Isolators;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The lists of the v1 controller, on a host where programs would be preferred: the rows of a plan, carried out. */
final class LegacyDevices {
    private final CgroupHost host;
    private final Path directory;

    private LegacyDevices(Path directory, String root) {
        this.directory = directory;
        CgroupHost all = CgroupHost.parse(root, Rig.text(Path.of("/proc/self/mountinfo")));
        this.host = new CgroupHost(
                root, Optional.empty(), Set.of(), Map.of("devices", all.legacy().get("devices")), all.features());
    }

    static void verify(Path directory, String root) throws IOException, InterruptedException {
        new LegacyDevices(directory, root).verify();
    }

    private void verify() throws IOException, InterruptedException {
        ContainerConfig config = new ContainerConfig(
                "a",
                List.of("/bin/true"),
                Map.of(),
                directory,
                Optional.empty(),
                Limits.NONE,
                directory.resolve("out"),
                directory.resolve("err"));
        LaunchContext launch = new LaunchContext(
                config, new Host(Arch.current(), 0, 0, Set.of(), false, host), Optional.empty(), directory);
        Cgroups cgroups = new Cgroups(host);
        try {
            Isolators.parse("cgroups/devices").plan(launch).agent().forEach(AgentSteps::run);
            String script = "echo x > /dev/null && echo null; head -c 1 /dev/kmsg > /dev/null && echo kmsg";
            assertThat(inside(script)).isEqualTo("null\n");
            Limits kmsg = Limits.NONE.withDevices(List.of(DeviceRule.parse("c 1:11 r")));
            change(Limits.NONE, kmsg);
            assertThat(inside("head -c 0 /dev/kmsg && echo kmsg")).isEqualTo("kmsg\n");
            change(kmsg, Limits.NONE);
            assertThat(inside(script)).isEqualTo("null\n");
            Limits free = Limits.NONE.withDevices(List.of(DeviceRule.EVERYTHING));
            change(Limits.NONE, free);
            assertThat(inside("head -c 0 /dev/kmsg && echo kmsg")).isEqualTo("kmsg\n");
            change(free, Limits.NONE);
            assertThat(inside(script)).isEqualTo("null\n");
        } finally {
            Rig.await("the cgroup is free", () -> cgroups.remove("a"));
            cgroups.removeRoots();
        }
    }

    private void change(Limits from, Limits to) {
        List<Row.Agent> steps = DevicesIsolator.changes("a", from, to, host);
        assertThat(steps).isNotEmpty();
        steps.forEach(AgentSteps::run);
    }

    private String inside(String script) throws IOException, InterruptedException {
        Path tasks = host.cgroup("devices", "a").orElseThrow().resolve("tasks");
        Process process = new ProcessBuilder("sh", "-c", "echo 0 > " + tasks + "; " + script).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
