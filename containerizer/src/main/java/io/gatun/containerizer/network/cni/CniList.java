package io.gatun.containerizer.network.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A network: plugins that are called one after the other, each with what the one before it made. Immutable by habit: nobody
 * changes its trees.
 *
 * @param source where it is from, for messages
 * @param name of the network
 * @param versions of the specification that it was written for, at least one
 * @param disableCheck whether CHECK must not be called
 * @param plugins their configurations, at least one
 * @param document the whole file
 */
record CniList(
        String source,
        String name,
        List<CniVersion> versions,
        boolean disableCheck,
        List<ObjectNode> plugins,
        ObjectNode document) {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
    private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9_.-]+");
    /** What a file without a version means, by the specification. */
    private static final String UNVERSIONED = "0.3.0";

    CniList {
        versions = List.copyOf(versions);
        plugins = List.copyOf(plugins);
    }

    /**
     * Reads a file: a list of plugins, or a single one.
     *
     * @throws IllegalArgumentException naming file, field and rule
     */
    static CniList parse(String source, String text) {
        try {
            if (!(JSON.readTree(text) instanceof ObjectNode document)) {
                throw invalid(source, "", "must be a JSON object");
            }
            return of(source, document);
        } catch (JsonProcessingException e) {
            throw invalid(source, "", "is not JSON: " + e.getOriginalMessage());
        }
    }

    static CniList of(String source, ObjectNode document) {
        String name = document.path("name").asText();
        if (!NAME.matcher(name).matches()) {
            throw invalid(source, "name=" + name, "must start with a letter or digit, then letters, digits, _ . -");
        }
        List<ObjectNode> plugins = new ArrayList<>();
        if (document.has("plugins")) {
            for (JsonNode plugin : document.get("plugins")) {
                plugins.add(plugin(source, plugin));
            }
            if (plugins.isEmpty()) {
                throw invalid(source, "plugins=[]", "must list at least one");
            }
        } else {
            plugins.add(plugin(source, document));
        }
        boolean disableCheck = document.path("disableCheck").asBoolean(false);
        return new CniList(source, name, versions(source, document), disableCheck, plugins, document);
    }

    private static ObjectNode plugin(String source, JsonNode plugin) {
        String type = plugin.path("type").asText();
        // It becomes a path: without a slash, and no way up.
        if (!(plugin instanceof ObjectNode node) || !TYPE.matcher(type).matches() || type.startsWith(".")) {
            throw invalid(source, "type=" + type, "must be the file name of a plugin");
        }
        return node;
    }

    private static List<CniVersion> versions(String source, ObjectNode document) {
        List<CniVersion> versions = new ArrayList<>();
        try {
            versions.add(new CniVersion(document.path("cniVersion").asText(UNVERSIONED)));
            for (JsonNode version : document.path("cniVersions")) {
                versions.add(new CniVersion(version.asText()));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("network configuration " + source + ": " + e.getMessage(), e);
        }
        return versions;
    }

    private static IllegalArgumentException invalid(String source, String field, String rule) {
        return new IllegalArgumentException(
                "network configuration " + source + ": " + (field.isEmpty() ? "" : field + ": ") + rule);
    }
}
