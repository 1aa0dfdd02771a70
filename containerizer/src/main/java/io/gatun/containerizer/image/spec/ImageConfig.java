package io.gatun.containerizer.image.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an image says about the program in it; OCI image specification, config.md. Absent fields are empty.
 *
 * @param platform what it was built for
 * @param entrypoint the first words of the command
 * @param cmd the words after them, which a container may replace
 * @param environment in order
 * @param workingDirectory absolute, or empty for {@code /}
 * @param user {@code user}, {@code uid}, {@code user:group} or {@code uid:gid}; empty for root
 * @param stopSignal such as {@code SIGQUIT}; empty for SIGTERM
 * @param volumes paths whose content is not part of the image
 * @param exposedPorts such as {@code 80/tcp}
 * @param diffIds digests of the uncompressed layers, the lowest first
 */
public record ImageConfig(
        Platform platform,
        List<String> entrypoint,
        List<String> cmd,
        Map<String, String> environment,
        String workingDirectory,
        String user,
        String stopSignal,
        List<String> volumes,
        List<String> exposedPorts,
        List<Digest> diffIds) {
    /** A configuration larger than this is refused. */
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        cmd = List.copyOf(cmd);
        environment = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        volumes = List.copyOf(volumes);
        exposedPorts = List.copyOf(exposedPorts);
        diffIds = List.copyOf(diffIds);
    }

    /**
     * Parses a configuration.
     *
     * @throws ImageException naming the field that breaks a rule
     */
    public static ImageConfig parse(byte[] content) {
        JsonNode json = Json.object(content, "image configuration");
        JsonNode run = json.path("config");
        if (!json.path("rootfs").path("type").asText("layers").equals("layers")) {
            throw invalid("rootfs.type", json.path("rootfs").path("type").asText(), "must be layers");
        }
        return new ImageConfig(
                new Platform(
                        json.path("os").asText(""),
                        json.path("architecture").asText(""),
                        json.path("variant").asText("")),
                words(run, "Entrypoint"),
                words(run, "Cmd"),
                environment(words(run, "Env")),
                text(run, "WorkingDir"),
                text(run, "User"),
                text(run, "StopSignal"),
                names(run.path("Volumes")),
                names(run.path("ExposedPorts")),
                words(json.path("rootfs"), "diff_ids").stream()
                        .map(Digest::parse)
                        .toList());
    }

    private static List<String> words(JsonNode json, String field) {
        List<String> words = new ArrayList<>();
        JsonNode value = json.path(field);
        if (!value.isArray() && !value.isNull() && !value.isMissingNode()) {
            throw invalid(field, value.toString(), "must be an array of strings");
        }
        for (JsonNode word : value) {
            if (!word.isTextual() || word.asText().indexOf('\0') >= 0) {
                throw invalid(field, word.toString(), "must be a string without NUL");
            }
            words.add(word.asText());
        }
        return words;
    }

    private static String text(JsonNode json, String field) {
        String value = json.path(field).isNull() ? "" : json.path(field).asText("");
        if (value.indexOf('\0') >= 0) {
            throw invalid(field, value.replace("\0", "\\0"), "must not contain NUL");
        }
        return value;
    }

    private static Map<String, String> environment(List<String> lines) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals <= 0) {
                throw invalid("Env", line, "must be NAME=VALUE");
            }
            environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return environment;
    }

    private static List<String> names(JsonNode set) {
        List<String> names = new ArrayList<>();
        set.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static ImageException invalid(String field, String value, String rule) {
        return new ImageException("image configuration: " + field + "=" + value + ": " + rule);
    }
}
