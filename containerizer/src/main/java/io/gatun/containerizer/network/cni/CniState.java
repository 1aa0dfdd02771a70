package io.gatun.containerizer.network.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The networks of a container, as a file in its directory: what DEL must be called with, whatever has become of the
 * configuration directory since. A network is there before its ADD, its result after.
 *
 * @param networks in the order in which they were joined
 */
record CniState(List<Network> networks) {
    private static final String FILE = "cni";

    CniState {
        networks = List.copyOf(networks);
    }

    /**
     * One network.
     *
     * @param device in the container
     * @param version of the specification its plugins are called in
     * @param parameters of the runtime, {@link CniCalls#parameters}
     * @param result of ADD; a missing node before
     */
    record Network(CniList list, String device, CniVersion version, ObjectNode parameters, JsonNode result) {
        Network with(JsonNode newResult) {
            return new Network(list, device, version, parameters, newResult);
        }

        CniPlugins.Subject subject(String containerId, String namespace) {
            return new CniPlugins.Subject(list.name(), containerId, namespace, device);
        }
    }

    /** Writes the file whole or not at all. */
    void save(Path directory) {
        ArrayNode array = CniList.JSON.createArrayNode();
        for (Network network : networks) {
            ObjectNode one = array.addObject()
                    .put("device", network.device())
                    .put("source", network.list().source())
                    .put("version", network.version().text());
            one.set("list", network.list().document());
            one.set("parameters", network.parameters());
            if (!network.result().isMissingNode()) {
                one.set("result", network.result());
            }
        }
        Path file = directory.resolve(FILE);
        Path draft = directory.resolve(FILE + ".new");
        try {
            Files.writeString(draft, array.toString());
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file, e);
        }
    }

    /** Reads the file; empty when there is none. */
    static Optional<CniState> load(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            List<Network> networks = new ArrayList<>();
            for (JsonNode one : CniList.JSON.readTree(Files.readString(file))) {
                networks.add(new Network(
                        CniList.of(one.path("source").asText(), (ObjectNode) one.get("list")),
                        one.path("device").asText(),
                        new CniVersion(one.path("version").asText()),
                        (ObjectNode) one.get("parameters"),
                        one.has("result") ? one.get("result") : MissingNode.getInstance()));
            }
            return Optional.of(new CniState(networks));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(file + ": is damaged: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }

    /** Whether there is a file. */
    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(FILE)) || Files.exists(directory.resolve(FILE + ".new"));
    }

    /** Removes the file. */
    static void delete(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(FILE));
            Files.deleteIfExists(directory.resolve(FILE + ".new"));
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + directory.resolve(FILE), e);
        }
    }
}
