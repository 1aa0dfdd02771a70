package io.gatun.containerizer;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Limits;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An agent of its own process, with other rights or in other cgroups than the test's; says what happened. */
final class OneContainer {
    private OneContainer() {}

    /**
     * Arguments: a directory to work in, the cgroup root, bytes of memory, a shell script; and "root" for a root of its
     * own, a directory that the agent's user makes. The script may wait for a file "go" in its sandbox, which is there
     * when its usage has been asked for: how long that takes in a VM nobody knows.
     */
    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        Path sandbox = Files.createDirectory(directory.resolve("sandbox"));
        ContainerConfig config = new ContainerConfig(
                        "one",
                        List.of("sh", "-c", args[3]),
                        Map.of("PATH", "/usr/bin:/bin"),
                        sandbox,
                        Optional.empty(),
                        new Limits(0, Long.parseLong(args[2]), 0),
                        sandbox.resolve("stdout"),
                        sandbox.resolve("stderr"))
                .with(args.length > 4 ? ownRoot(directory) : Filesystem.DEFAULT);
        try (LinuxContainerizer strict = LinuxContainerizer.open(
                new ContainerizerConfig(directory.resolve("strict"), args[1] + "-strict", false))) {
            strict.launch(config);
            Files.createFile(sandbox.resolve("go"));
            System.out.println("enforced " + strict.termination("one").get(240, SECONDS));
        } catch (LaunchException e) {
            System.out.println(e.getMessage());
        }
        Files.deleteIfExists(sandbox.resolve("go"));
        try (LinuxContainerizer lax =
                LinuxContainerizer.open(new ContainerizerConfig(directory.resolve("lax"), args[1], true))) {
            lax.degradations().forEach(line -> System.out.println("off: " + line));
            lax.launch(config);
            Usage usage = lax.usage("one");
            System.out.println("processes " + (usage.processes() >= 1));
            Files.createFile(sandbox.resolve("go"));
            System.out.println(lax.termination("one").get(240, SECONDS));
        }
        System.out.print(Files.readString(sandbox.resolve("stdout")));
    }

    private static Filesystem ownRoot(Path directory) throws IOException {
        Path root = Files.createDirectory(directory.resolve("root"));
        Files.createDirectory(root.resolve("usr"));
        for (String link : List.of("bin", "lib", "lib64", "sbin")) {
            Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
        }
        return Filesystem.DEFAULT
                .with(new RootFs.Directory(root))
                .with(List.of(
                        new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true),
                        new Volume(Volume.Secret.of("hush"), "/run/secret", true)));
    }
}
