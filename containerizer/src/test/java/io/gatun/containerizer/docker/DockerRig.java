package io.gatun.containerizer.docker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.containerizer.Termination;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.EngineConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Image;
import io.gatun.isolator.Limits;
import io.gatun.isolator.RootFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A containerizer of one test on an engine that tests share; its containers have names of their own. */
final class DockerRig implements AutoCloseable {
    private static final long WAIT_S = 240;

    final Path directory;
    final Dockerd dockerd;
    DockerConfig config;
    DockerContainerizer containerizer;

    DockerRig(Path directory, Dockerd dockerd) {
        this.directory = directory;
        this.dockerd = dockerd;
        this.config = config(Optional.empty());
        this.containerizer = DockerContainerizer.open(config);
    }

    DockerConfig config(Optional<String> registryConfig) {
        return new DockerConfig(
                dockerd.socket, directory.resolve("run"), Duration.ZERO, Duration.ofHours(6), true, registryConfig);
    }

    ContainerConfig config(String id, String... argv) {
        Path sandbox = directory.resolve("sandbox-" + id);
        try {
            Files.createDirectories(sandbox);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ContainerConfig(
                        id,
                        List.of("/bin/true"),
                        Map.of("GREETING", "hello world"),
                        sandbox,
                        Optional.empty(),
                        new Limits(1, 64L << 20, 100),
                        sandbox.resolve("stdout"),
                        sandbox.resolve("stderr"))
                .with(image(Dockerd.image()))
                .with(EngineConfig.DEFAULT)
                .withArgv(List.of(argv));
    }

    static Filesystem image(String name) {
        return new Filesystem(
                Optional.of(new Image(name, false, List.of(), Optional.empty())),
                new RootFs.Host(),
                Optional.empty(),
                false,
                List.of(),
                0);
    }

    ContainerConfig shell(String id, String script) {
        return config(id, "/bin/sh", "-c", script);
    }

    Termination run(ContainerConfig container) {
        containerizer.launch(container);
        return end(container.id());
    }

    Termination end(String id) {
        try {
            return containerizer.termination(id).get(WAIT_S, SECONDS);
        } catch (Exception e) {
            throw new AssertionError("container " + id + " did not end", e);
        }
    }

    String stdout(String id) {
        return text(directory.resolve("sandbox-" + id).resolve("stdout"));
    }

    String stderr(String id) {
        return text(directory.resolve("sandbox-" + id).resolve("stderr"));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + SECONDS.toNanos(WAIT_S);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline).as(what).isNegative();
            Dockerd.pause();
        }
    }

    /** Closes and opens it again, as an agent that is restarted does. */
    void restart(Set<String> expected) {
        containerizer.close();
        containerizer = DockerContainerizer.open(config);
        containerizer.recover(expected);
    }

    /** What the engine says about a container's state, as {@code running} or {@code exited}; empty when it has none. */
    String state(String id) {
        return dockerd.docker("ps -a --filter name=^mesos-" + id + "$ --format {{.State}}")
                .strip();
    }

    @Override
    public void close() {
        containerizer.close();
        dockerd.docker("ps -aq --filter label=" + Engine.LABEL + "=" + directory.resolve("run")
                + " | xargs -r docker -H unix://" + dockerd.socket + " rm -f");
    }
}
