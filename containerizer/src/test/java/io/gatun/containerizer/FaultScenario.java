package io.gatun.containerizer;

import io.gatun.containerizer.image.ImageProvisioner;
import io.gatun.containerizer.image.ImageSettings;
import io.gatun.containerizer.image.LayerBytes;
import io.gatun.containerizer.image.LayoutWriter;
import io.gatun.containerizer.image.store.StoreSettings;
import io.gatun.containerizer.network.NetworkPart;
import io.gatun.containerizer.network.NetworkSettings;
import io.gatun.ffm.mount.Mount;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.IoConfig;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What an agent launches when it is killed. */
enum FaultScenario {
    /** Limits, bounded logs, an empty network namespace, a root directory: with all that is made ahead of a launch. */
    LOGS {
        @Override
        void setUp(Path directory) throws IOException {
            Path root = Files.createDirectories(directory.resolve("root"));
            for (String link : List.of("bin", "lib", "lib64")) {
                Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
            }
        }

        @Override
        ContainerConfig shape(ContainerConfig container, Path directory) {
            return container
                    .with(Filesystem.DEFAULT
                            .with(new RootFs.Directory(directory.resolve("root")))
                            .with(List.of(new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true))))
                    .with(IoConfig.DEFAULT.with(new IoConfig.Rotation(1 << 20, 2)))
                    .with(new NetworkConfig.None());
        }
    },
    /** Limits, an address on the bridge, a port of the host. */
    BRIDGE {
        @Override
        ContainerConfig shape(ContainerConfig container, Path directory) {
            int port = container.id().equals("steady") ? 31_000 : 31_001;
            return container.with(new NetworkConfig.Bridge(List.of(new NetworkConfig.PortMapping(port, 80, "tcp"))));
        }
    },
    /** An image's layers under an overlay, another one as a volume. */
    OVERLAY {
        @Override
        void setUp(Path directory) throws IOException {
            // What is below may be an overlay itself, which cannot carry another one's changes.
            Path run = Files.createDirectories(directory.resolve("run"));
            Mount.mount("run", run.toString(), "tmpfs", 0, "size=64m,mode=0755");
            LayerBytes layer = new LayerBytes().directory("usr", 0755).file("data/old", "old");
            for (String link : List.of("bin", "lib", "lib64")) {
                layer.link(link, "usr/" + link);
            }
            new LayoutWriter(Files.createDirectories(directory.resolve("images/app")))
                    .image("latest", LayoutWriter.config("StopSignal", "SIGINT"), "+gzip", layer.plain());
        }

        @Override
        ContainerConfig shape(ContainerConfig container, Path directory) {
            Image image = new Image("app", false, List.of(), Optional.empty());
            return container.with(new Filesystem(
                    Optional.of(image),
                    new RootFs.Host(),
                    Optional.of("/data"),
                    false,
                    List.of(
                            new Volume(new Volume.HostPath(Path.of("/usr")), "/usr", true),
                            new Volume(new Volume.ImageFiles(image, Optional.empty()), "/image", false)),
                    0));
        }

        @Override
        List<HostPart> parts(Path directory) {
            Path run = directory.resolve("run");
            String images = directory.resolve("images").toString();
            try {
                return List.of(ImageProvisioner.open(
                        ImageSettings.parse(
                                images, "", "", "", new StoreSettings(run.resolve("store")), run, "overlay"),
                        status -> {}));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    /** Limits of its own within those of the container that runs on. */
    NESTED {
        @Override
        String victim() {
            return "steady.victim";
        }

        @Override
        ContainerConfig shape(ContainerConfig container, Path directory) {
            return container.parent().isEmpty() ? container : container.with(new Limits(0, 40L << 20, 10));
        }

        /** What the first one leaves is the outer container's, and stays as long as that. */
        @Override
        void prepare(LinuxContainerizer containerizer, Path directory) {
            containerizer.launch(config("steady.first", directory));
            containerizer.destroy("steady.first").join();
            containerizer.remove("steady.first");
        }
    };

    abstract ContainerConfig shape(ContainerConfig container, Path directory);

    /** The container that is launched and destroyed. */
    String victim() {
        return "victim";
    }

    /** Once, before the first agent. */
    void setUp(Path directory) throws IOException {}

    /** Once, after the launch of the container that runs on. */
    void prepare(LinuxContainerizer containerizer, Path directory) {}

    List<HostPart> parts(Path directory) {
        return List.of(NetworkPart.open(NetworkSettings.DEFAULT, directory.resolve("run")));
    }

    String root(Path directory) {
        return "gatun-fault-" + directory.getFileName();
    }

    LinuxContainerizer open(Path directory, UnaryOperator<LaunchPlan> rows) {
        List<HostPart> parts = parts(directory);
        ContainerizerConfig config = new ContainerizerConfig(directory.resolve("run"), root(directory), false);
        return LinuxContainerizer.open(config, limiter -> parts, Optional.of(rows));
    }

    ContainerConfig config(String id, Path directory) {
        Path sandbox = directory.resolve("sandbox-" + id);
        try {
            Files.createDirectories(sandbox);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ContainerConfig plain = new ContainerConfig(
                id,
                List.of("/bin/sleep", "3600"),
                Map.of("PATH", "/usr/bin:/bin"),
                sandbox,
                Optional.empty(),
                new Limits(1, 64L << 20, 20),
                sandbox.resolve("stdout"),
                sandbox.resolve("stderr"));
        return shape(plain, directory);
    }
}
