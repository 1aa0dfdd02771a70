package io.gatun.containerizer.network;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.gatun.containerizer.ContainerizerConfig;
import io.gatun.containerizer.LaunchException;
import io.gatun.containerizer.LinuxContainerizer;
import io.gatun.containerizer.Termination;
import io.gatun.containerizer.network.cni.CniSettings;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.DnsConfig;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.Attachment;
import io.gatun.isolator.NetworkConfig.PortMapping;
import io.gatun.isolator.NetworkConfig.PortRange;
import io.gatun.isolator.RootFs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * An agent of containers with networks, as a process of its own: its network namespace is a test's. It takes commands from
 * standard input, one a line, and answers each with a line.
 *
 * <p>Arguments: directory, root of the cgroups, directories of CNI configurations and plugins, containers expected.
 */
final class NetworkAgent {
    private static final long WAIT_S = 180;
    private static final int EXPECTED = 4;
    private static final PortsSettings PORTS =
            new PortsSettings(Duration.ofMillis(100), true, Optional.of(List.of(new PortRange(31000, 32000))));

    private final Path directory;
    private final LinuxContainerizer containerizer;

    private NetworkAgent(Path directory, LinuxContainerizer containerizer) {
        this.directory = directory;
        this.containerizer = containerizer;
    }

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        Path runtime = directory.resolve("run");
        NetworkSettings settings = new NetworkSettings(
                BridgeConfig.DEFAULT,
                CniSettings.parse(args[2], args[3], Duration.ofSeconds(WAIT_S)),
                DnsDefaults.NONE);
        try (NetworkPart part = NetworkPart.open(settings, runtime);
                LinuxContainerizer containerizer = LinuxContainerizer.open(
                        new ContainerizerConfig(runtime, args[1], true),
                        limiter -> List.of(part, PortsPart.open(PORTS, limiter)))) {
            containerizer.recover(Set.of(Arrays.copyOfRange(args, EXPECTED, args.length)));
            new NetworkAgent(directory, containerizer).serve();
        }
    }

    private void serve() throws IOException {
        System.out.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null && !line.equals("close"); line = commands.readLine()) {
            // bridge ID PORTS SCRIPT | cni ID NETWORKS SCRIPT | none ID - SCRIPT | host ID PORT SCRIPT | wait ID | end
            // ID
            String[] words = line.split(" ", 4);
            String answer;
            try {
                answer = switch (words[0]) {
                    case "end" -> end(words[1], containerizer.destroy(words[1]));
                    case "wait" -> end(words[1], containerizer.termination(words[1]));
                    default -> launch(words);
                };
            } catch (LaunchException | IllegalStateException | IllegalArgumentException e) {
                answer = "failed " + e.getMessage().replace('\n', ' ');
            }
            System.out.println(answer);
        }
    }

    private String launch(String[] words) throws IOException {
        NetworkConfig network = switch (words[0]) {
            case "bridge" ->
                new NetworkConfig.Bridge(list(words[2]).map(NetworkAgent::port).toList());
            case "cni" ->
                new NetworkConfig.Cni(
                        list(words[2]).map(NetworkAgent::attachment).toList(), DnsConfig.DEFAULT);
            case "none" -> new NetworkConfig.None();
            case "host" ->
                new NetworkConfig.Host(
                        Optional.of(List.of(new PortRange(Integer.parseInt(words[2]), Integer.parseInt(words[2])))));
            default -> throw new IllegalStateException("no such command: " + words[0]);
        };
        Path sandbox = Files.createDirectories(directory.resolve("sandbox-" + words[1]));
        ContainerConfig config = new ContainerConfig(
                        words[1],
                        List.of("/bin/sh", "-c", words[3]),
                        Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                        sandbox,
                        Optional.empty(),
                        Limits.NONE,
                        sandbox.resolve("stdout"),
                        sandbox.resolve("stderr"))
                .with(network);
        // A directory of that name is what an image would be.
        Path root = directory.resolve("root-" + words[1]);
        if (Files.isDirectory(root)) {
            config = config.with(config.filesystem().with(new RootFs.Directory(root)));
        }
        return "running " + containerizer.launch(config).pid();
    }

    private String end(String id, CompletableFuture<Termination> termination) {
        Termination told = termination.orTimeout(WAIT_S, SECONDS).join();
        containerizer.remove(id);
        return "ended " + told.limitation().map(limitation -> limitation + ": ").orElse("") + told.message();
    }

    private static Stream<String> list(String text) {
        return Stream.of(text.split(",", -1)).filter(part -> !part.equals("-"));
    }

    private static PortMapping port(String text) {
        String[] parts = text.split("[:/]", -1);
        return new PortMapping(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2]);
    }

    /** {@code name} or {@code name=31080:80/tcp}. */
    private static Attachment attachment(String text) {
        String[] parts = text.split("=", 2);
        return new Attachment(
                parts[0], Map.of("tier", "front"), parts.length == 2 ? List.of(port(parts[1])) : List.of(), List.of());
    }
}
