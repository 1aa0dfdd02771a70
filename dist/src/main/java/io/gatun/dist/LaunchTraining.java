package io.gatun.dist;

import io.gatun.containerizer.ContainerizerConfig;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.ffm.SyscallException;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Containers in which a program ends at once, with files of their own: the AOT cache keeps what the JVM learns here of the
 * methods (JEP 515), so that an agent need not run its first hundreds of launches in code that is slow and large.
 *
 * <p>Nothing of them is left. Where none can be launched, because the user who builds may not, the cache knows less.
 */
final class LaunchTraining {
    /** Some times as often as the JVM wants to see a method before it keeps a profile of it. */
    private static final int LAUNCHES = 700;

    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(8);
    private static final long END_S = 10;
    private static final String PROGRAM = "/bin/true";
    private static final String CGROUPS_ROOT = "gatun-train";
    private static final Limits LIMITS = new Limits(0.5, 64L << 20, 100);

    private LaunchTraining() {}

    /** Takes some seconds. */
    static void run(Path folder) throws IOException {
        Path root = Files.createDirectories(folder.resolve("root"));
        Path sandbox = Files.createDirectories(folder.resolve("sandbox"));
        List<Volume> programs = Stream.of("/bin", "/lib", "/lib64", "/usr")
                .filter(name -> Files.isDirectory(Path.of(name)))
                .map(name -> new Volume(new Volume.HostPath(Path.of(name)), name, true))
                .toList();
        Filesystem files =
                new Filesystem(Optional.empty(), new RootFs.Directory(root), Optional.empty(), false, programs, 0);
        ContainerConfig host = container(sandbox).with(files);
        ContainerizerConfig config = new ContainerizerConfig(folder.resolve("run"), CGROUPS_ROOT, true);
        try (LinuxContainerizer containerizer = LinuxContainerizer.open(config)) {
            containerizer.recover(Set.of()); // of a training that was killed
            launches(containerizer, host);
            launches(containerizer, host.with(new NetworkConfig.None()));
            // Without volumes they are of one kind, whose plan is made once.
            launches(containerizer, container(sandbox).with(new NetworkConfig.None()));
        } catch (LaunchException | SyscallException | IllegalStateException e) {
            System.out.println("no launches: " + e.getMessage());
        }
    }

    private static void launches(LinuxContainerizer containerizer, ContainerConfig container) {
        long deadlineNs = System.nanoTime() + LONGEST_NS;
        int number = 0;
        while (number < LAUNCHES && System.nanoTime() < deadlineNs) {
            launch(containerizer, container);
            number++;
        }
        System.out.println(number + " launches");
    }

    private static ContainerConfig container(Path sandbox) {
        return new ContainerConfig(
                "train",
                List.of(PROGRAM),
                Map.of("PATH", "/usr/bin:/bin"),
                sandbox,
                Optional.empty(),
                LIMITS,
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
    }

    private static void launch(LinuxContainerizer containerizer, ContainerConfig container) {
        containerizer.launch(container);
        try {
            containerizer.termination(container.id()).get(END_S, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("container " + container.id() + " does not end: " + e, e);
        }
        containerizer.remove(container.id());
    }
}
