package io.gatun.dist.cli;

import io.gatun.containerizer.ContainerizerConfig;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.dist.explain.LaunchFile;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatun explain}. */
@Command(name = "explain", description = "Tells what would be done, and does nothing.")
public final class ExplainCommand {
    private static final Path WORK_DIR = Path.of("/var/lib/gatun/agent");

    @Command(
            name = "launch",
            mixinStandardHelpOptions = true,
            description = "How an agent on this machine would start a task, one system call a line.")
    int launch(
            @Parameters(paramLabel = "FILE", description = "A Marathon app or a Mesos TaskInfo, as JSON.") Path file) {
        ContainerizerConfig config = new ContainerizerConfig(WORK_DIR.resolve("run"), "gatun", true);
        System.out.println(LinuxContainerizer.explain(LaunchFile.read(file, WORK_DIR), config)
                .stripTrailing());
        return 0;
    }
}
