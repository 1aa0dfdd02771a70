package io.gatun.containerizer.network.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Plugins as programs: configuration to standard input, parameters in the environment, the result from standard output. */
final class CniPlugins {
    /** More than any result; a plugin that writes without end is not to fill our memory. */
    private static final int OUTPUT_BYTES_MAX = 1 << 20;

    private static final int DETAILS_MAX = 2_000;
    /** Plugins run programs of their own, such as iptables. */
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final CniSettings settings;
    private final Map<String, Set<String>> versions = new ConcurrentHashMap<>();

    CniPlugins(CniSettings settings) {
        this.settings = settings;
    }

    /**
     * What a call is about.
     *
     * @param network name, for messages
     * @param containerId CNI_CONTAINERID
     * @param namespace CNI_NETNS; empty with DEL when it is gone
     * @param device CNI_IFNAME
     */
    record Subject(String network, String containerId, String namespace, String device) {}

    /**
     * Calls a plugin.
     *
     * @param command ADD, DEL or CHECK
     * @param config for its standard input, with type, name and version
     * @return what it wrote; a missing node when it wrote nothing
     * @throws CniException with the plugin's own code and message
     */
    JsonNode call(String command, Subject subject, ObjectNode config) {
        Map<String, String> parameters = new HashMap<>();
        parameters.put("CNI_COMMAND", command);
        parameters.put("CNI_CONTAINERID", subject.containerId());
        parameters.put("CNI_NETNS", subject.namespace());
        parameters.put("CNI_IFNAME", subject.device());
        parameters.put("CNI_PATH", path());
        String what = "network " + subject.network() + ": plugin "
                + config.path("type").asText() + " " + command;
        return run(what, find(subject.network(), config.path("type").asText()), parameters, config);
    }

    /** The versions that a plugin speaks. Asked once for each state of its file. */
    Set<String> versions(String network, String type) {
        Path plugin = find(network, type);
        return versions.computeIfAbsent(identity(plugin), _ -> {
            ObjectNode question = CniList.JSON.createObjectNode().put("cniVersion", "1.0.0");
            Map<String, String> parameters =
                    Map.of("CNI_COMMAND", "VERSION", "CNI_PATH", path(), "CNI_CONTAINERID", "", "CNI_IFNAME", "");
            JsonNode answer = run("network " + network + ": plugin " + type + " VERSION", plugin, parameters, question);
            Set<String> spoken = new HashSet<>();
            answer.path("supportedVersions").forEach(version -> spoken.add(version.asText()));
            return Set.copyOf(spoken);
        });
    }

    private static String identity(Path plugin) {
        try {
            return plugin + " " + Files.getLastModifiedTime(plugin).toMillis() + " " + Files.size(plugin);
        } catch (IOException e) {
            throw new CniException("stat " + plugin + ": " + e.getMessage(), e);
        }
    }

    private Path find(String network, String type) {
        return settings.pluginDirs().stream()
                .map(directory -> directory.resolve(type))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new CniException(
                        "network " + network + ": type=" + type + ": no such program in " + path()
                                + " (--network_cni_plugins_dir)",
                        0));
    }

    private String path() {
        return settings.pluginDirs().stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    private JsonNode run(String what, Path plugin, Map<String, String> parameters, ObjectNode config) {
        ProcessBuilder builder =
                new ProcessBuilder(plugin.toString()).directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().putAll(parameters);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new CniException(what + ": " + e.getMessage(), e);
        }
        // Both outputs are read while it runs: a full pipe would stop it for ever.
        CompletableFuture<byte[]> output = read(process.getInputStream());
        CompletableFuture<byte[]> errors = read(process.getErrorStream());
        feed(process, config);
        try {
            if (!process.waitFor(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException();
            }
            // A program that it left running may keep the pipes open.
            String text = text(output);
            if (process.exitValue() != 0) {
                throw failure(what, process.exitValue(), text, text(errors));
            }
            return parse(what, text);
        } catch (TimeoutException e) {
            throw new CniException(
                    what + ": not done after " + settings.timeout().toMillis() + " ms, killed", e);
        } catch (ExecutionException e) {
            throw new CniException(
                    what + ": its output cannot be read: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CniException(what + ": interrupted, killed", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private String text(CompletableFuture<byte[]> bytes)
            throws ExecutionException, InterruptedException, TimeoutException {
        return new String(bytes.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
    }

    /** A plugin that fails before it has read its configuration breaks the pipe; what it says then is what counts. */
    private static void feed(Process process, ObjectNode config) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(config.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // EPIPE.
        }
    }

    private static CompletableFuture<byte[]> read(InputStream stream) {
        CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                bytes.complete(stream.readNBytes(OUTPUT_BYTES_MAX));
            } catch (IOException e) {
                bytes.completeExceptionally(e);
            }
        });
        return bytes;
    }

    private static JsonNode parse(String what, String text) {
        try {
            return CniList.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CniException(what + ": its output is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static CniException failure(String what, int status, String output, String errors) {
        try {
            JsonNode error = CniList.JSON.readTree(output);
            if (error.has("msg") || error.has("code")) {
                String details = error.path("details").asText();
                return new CniException(
                        what + ": code " + error.path("code").asInt() + ": "
                                + error.path("msg").asText() + (details.isEmpty() ? "" : " (" + details + ")"),
                        error.path("code").asInt());
            }
        } catch (JsonProcessingException e) {
            // Said in the other way, below.
        }
        String said = (output + " " + errors).strip();
        return new CniException(
                what + ": exit status " + status + ": " + said.substring(0, Math.min(said.length(), DETAILS_MAX)), 0);
    }
}
