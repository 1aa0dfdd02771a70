package io.gatun.containerizer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.containerizer.Container;
import io.gatun.containerizer.Limitation;
import io.gatun.containerizer.Termination;
import io.gatun.isolator.ContainerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * What an agent must know of a container when it comes back and what the engine does not know: a directory of small files.
 *
 * <pre>
 *  config       where sandbox and streams are, before the engine is asked for anything
 *  running      process id and time, once the engine has started it
 *  log          how far the engine's log was copied
 *  termination  how it ended: the engine forgets a container before the agent does
 * </pre>
 *
 * <p>Each is a JSON object and appears whole or not at all (rename).
 */
final class DockerCheckpoint {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = "config";
    private static final String RUNNING = "running";
    private static final String LOG = "log";
    private static final String TERMINATION = "termination";

    private final Path directory;

    DockerCheckpoint(Path directory) {
        this.directory = directory;
    }

    /** What was asked for. */
    record Config(Path sandbox, Path stdout, Path stderr, boolean terminal) {
        static Config of(ContainerConfig config) {
            return new Config(
                    config.sandbox(),
                    config.stdout(),
                    config.stderr(),
                    config.io().terminal().isPresent());
        }
    }

    void create(Config config, LogCopier.Positions positions) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("mkdir " + directory, e);
        }
        log(positions);
        save(
                CONFIG,
                JSON.createObjectNode()
                        .put("sandbox", config.sandbox().toString())
                        .put("stdout", config.stdout().toString())
                        .put("stderr", config.stderr().toString())
                        .put("terminal", config.terminal()));
    }

    Optional<Config> config() {
        return load(CONFIG)
                .map(json -> new Config(
                        Path.of(json.path("sandbox").asText()),
                        Path.of(json.path("stdout").asText()),
                        Path.of(json.path("stderr").asText()),
                        json.path("terminal").asBoolean()));
    }

    /** @param stopSignal what it is sent in place of SIGTERM */
    void running(Container container, Optional<String> stopSignal) {
        save(
                RUNNING,
                JSON.createObjectNode()
                        .put("pid", container.pid())
                        .put("started", container.startedEpochSeconds())
                        .put("stop_signal", stopSignal.orElse(null)));
    }

    /** @param id of the container; its sandbox comes from the config */
    Optional<Container> running(String id) {
        return load(RUNNING)
                .map(json -> new Container(
                        id,
                        json.path("pid").asLong(),
                        config().orElseThrow().sandbox(),
                        json.path("started").asDouble()));
    }

    Optional<String> stopSignal() {
        return load(RUNNING).map(json -> json.path("stop_signal").asText(null));
    }

    void log(LogCopier.Positions positions) {
        ObjectNode json = JSON.createObjectNode();
        json.set("stdout", position(positions.stdout()));
        json.set("stderr", position(positions.stderr()));
        save(LOG, json);
    }

    /** @throws IllegalStateException when there is none: it is written before the config */
    LogCopier.Positions log() {
        JsonNode json = load(LOG).orElseThrow(() -> new IllegalStateException(directory.resolve(LOG) + ": is missing"));
        return new LogCopier.Positions(position(json.path("stdout")), position(json.path("stderr")));
    }

    void terminated(Termination termination) {
        save(
                TERMINATION,
                JSON.createObjectNode()
                        .put("wait_status", termination.waitStatus())
                        .put(
                                "limitation",
                                termination.limitation().map(Enum::name).orElse(null))
                        .put("message", termination.message()));
    }

    Optional<Termination> termination() {
        return load(TERMINATION)
                .map(json -> new Termination(
                        directory.getFileName().toString(),
                        json.path("wait_status").asInt(),
                        Optional.ofNullable(json.path("limitation").asText(null))
                                .map(Limitation::valueOf),
                        json.path("message").asText()));
    }

    /** Removes the directory and what is in it. */
    void delete() {
        try {
            for (String file : List.of(CONFIG, RUNNING, LOG, TERMINATION)) {
                Files.deleteIfExists(directory.resolve(file));
                Files.deleteIfExists(directory.resolve(file + ".new"));
            }
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            throw new UncheckedIOException("rmdir " + directory + ": contains files that are not ours", e);
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + directory, e);
        }
    }

    private static ObjectNode position(LogPosition position) {
        return JSON.createObjectNode()
                .put("base", position.base())
                .put("timestamp", position.timestamp())
                .put("bytes_before", position.bytesBefore());
    }

    private static LogPosition position(JsonNode json) {
        return new LogPosition(
                json.path("base").asLong(),
                json.path("timestamp").asText(),
                json.path("bytes_before").asLong());
    }

    private void save(String name, ObjectNode json) {
        Path file = directory.resolve(name);
        Path draft = directory.resolve(name + ".new");
        try {
            Files.writeString(draft, json.toString());
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file, e);
        }
    }

    private Optional<JsonNode> load(String name) {
        try {
            return Optional.of(JSON.readTree(Files.readString(directory.resolve(name))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + directory.resolve(name), e);
        }
    }
}
