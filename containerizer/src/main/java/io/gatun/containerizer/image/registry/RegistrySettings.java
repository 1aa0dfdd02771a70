package io.gatun.containerizer.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.spec.Reference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which registries there are, and how they are spoken to.
 *
 * @param defaultRegistry of names without a registry; scheme and authority. That of Docker Hub stands for docker.io
 * @param mirrors asked before a registry, in order, by the registry's name
 * @param plainHttp hosts, with a port if it is not 80, that are spoken to without TLS
 * @param maxTries of one request, 1 to 20; failures that may pass (429, 5xx, a broken connection) are tried again
 * @param firstPause before the second try; doubled for each further one, up to 30 times as long
 * @param stallTimeout after which a transfer that brings nothing is broken off
 */
public record RegistrySettings(
        URI defaultRegistry,
        Map<String, List<URI>> mirrors,
        Set<String> plainHttp,
        int maxTries,
        Duration firstPause,
        Duration stallTimeout) {
    /** The registry of Docker Hub. */
    public static final URI DOCKER_HUB = URI.create("https://registry-1.docker.io");

    private static final int TRIES_MAX = 20;

    public RegistrySettings {
        requireUrl("docker_registry", defaultRegistry);
        mirrors = Map.copyOf(mirrors);
        mirrors.forEach((name, urls) -> urls.forEach(url -> requireUrl("docker_registry_mirrors." + name, url)));
        plainHttp = Set.copyOf(plainHttp);
        if (maxTries < 1 || maxTries > TRIES_MAX) {
            throw new IllegalArgumentException("maxTries=" + maxTries + ": must be 1 to " + TRIES_MAX);
        }
    }

    /**
     * From flags.
     *
     * @param registry of {@code --docker_registry}: a URL, or a host
     * @param mirrors of {@code --docker_registry_mirrors}: empty, or JSON {@code {"docker.io": ["https://mirror:5000"]}}
     * @param plainHttp of {@code --docker_plain_http_registries}: hosts, separated by commas; may be empty
     * @throws IllegalArgumentException or ImageException naming the flag
     */
    public static RegistrySettings parse(String registry, String mirrors, String plainHttp) {
        Set<String> plain = new HashSet<>();
        for (String host : plainHttp.split(",", -1)) {
            if (!host.isBlank()) {
                plain.add(host.strip().toLowerCase(Locale.ROOT));
            }
        }
        Map<String, List<URI>> byName = new HashMap<>();
        if (!mirrors.isBlank()) {
            JsonNode json = Json.object(mirrors.getBytes(StandardCharsets.UTF_8), "docker_registry_mirrors");
            json.properties().forEach(each -> byName.put(each.getKey(), urls(each.getKey(), each.getValue(), plain)));
        }
        return new RegistrySettings(
                url("docker_registry", registry, plain),
                byName,
                plain,
                5,
                Duration.ofMillis(250),
                Duration.ofMinutes(1));
    }

    private static List<URI> urls(String name, JsonNode array, Set<String> plain) {
        if (!array.isArray()) {
            throw new ImageException("docker_registry_mirrors." + name + ": must be an array of URLs");
        }
        List<URI> urls = new ArrayList<>();
        array.forEach(each -> urls.add(url("docker_registry_mirrors." + name, each.asText(), plain)));
        return urls;
    }

    private static URI url(String flag, String text, Set<String> plain) {
        try {
            String scheme = plain.contains(text.toLowerCase(Locale.ROOT)) ? "http://" : "https://";
            return URI.create(text.contains("://") ? text : scheme + text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(flag + "=" + text + ": must be a URL or a host", e);
        }
    }

    private static void requireUrl(String field, URI url) {
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        boolean bare = url.getRawQuery() == null && url.getRawFragment() == null && url.getRawUserInfo() == null;
        if (!web || url.getHost() == null || !bare) {
            throw new IllegalArgumentException(
                    field + "=" + url.getScheme() + "://" + url.getHost() + ": must be http(s)://HOST[:PORT][/PATH]");
        }
    }

    /** The registry's name in references that name none. */
    public String defaultName() {
        return defaultRegistry.equals(DOCKER_HUB) ? Reference.DOCKER_HUB : defaultRegistry.getRawAuthority();
    }

    /** Where an image may be had, in the order to ask. */
    public List<URI> endpoints(Reference reference) {
        List<URI> endpoints = new ArrayList<>(mirrors.getOrDefault(reference.registry(), List.of()));
        endpoints.add(registry(reference.registry()));
        return endpoints;
    }

    private URI registry(String name) {
        if (name.equals(defaultName())) {
            return defaultRegistry;
        }
        if (name.equals(Reference.DOCKER_HUB)) {
            return DOCKER_HUB;
        }
        return URI.create((plainHttp.contains(name.toLowerCase(Locale.ROOT)) ? "http://" : "https://") + name);
    }

    /** Whether a URL may be spoken to: over TLS any, without it those that the operator named. */
    boolean allows(URI url) {
        if ("https".equals(url.getScheme())) {
            return true;
        }
        return "http".equals(url.getScheme())
                && (plainHttp.contains(url.getRawAuthority().toLowerCase(Locale.ROOT)) || isNamed(url));
    }

    /** A URL of a flag that says http is as good as the host in the list. */
    private boolean isNamed(URI url) {
        return sameServer(url, defaultRegistry)
                || mirrors.values().stream().flatMap(List::stream).anyMatch(mirror -> sameServer(url, mirror));
    }

    static boolean sameServer(URI a, URI b) {
        return a.getScheme().equals(b.getScheme()) && a.getRawAuthority().equalsIgnoreCase(b.getRawAuthority());
    }
}
