package io.gatun.containerizer;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A process that launches containers until it is killed: arguments runtime directory, cgroup root, sandbox. */
final class CrashingAgent {
    private CrashingAgent() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path sandbox = Path.of(args[2]);
        LinuxContainerizer containerizer =
                LinuxContainerizer.open(new ContainerizerConfig(Path.of(args[0]), args[1], true));
        containerizer.launch(config("steady", sandbox, "sleep", "300"));
        containerizer.launch(config("steady.inner", sandbox, "sleep", "300"));
        containerizer.launch(config("ends", sandbox, "sh", "-c", "while [ ! -e end ]; do sleep 0.05; done; exit 6"));
        Files.writeString(sandbox.resolve("launched"), "");
        for (int i = 0; ; i++) {
            containerizer.launch(config("extra-" + i, sandbox, "sleep", "300"));
            containerizer.destroy("extra-" + i).join();
            containerizer.remove("extra-" + i);
        }
    }

    private static ContainerConfig config(String id, Path sandbox, String... argv) {
        return new ContainerConfig(
                id,
                List.of(argv),
                Map.of("PATH", "/usr/bin:/bin"),
                sandbox,
                Optional.empty(),
                new Limits(1, 64L << 20, 20),
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
    }
}
