package io.gatun.containerizer.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.spec.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Credentials by registry, in the format of Docker's {@code config.json} ({@code {"auths": {HOST: {"auth": ..}}}}) or of
 * the older {@code .dockercfg} ({@code {HOST: {"auth": ..}}}). Programs named as credential helpers are not run: a host
 * that has nothing else is an error where it is needed.
 */
public final class DockerConfig {
    /** Nothing known of any registry. */
    public static final DockerConfig EMPTY = new DockerConfig(Map.of(), Set.of());

    private static final String HUB_KEY = "index.docker.io";

    private final Map<String, Credentials> byHost;
    private final Set<String> helped;

    private DockerConfig(Map<String, Credentials> byHost, Set<String> helped) {
        this.byHost = Map.copyOf(byHost);
        this.helped = Set.copyOf(helped);
    }

    /**
     * Parses the content of such a file.
     *
     * @throws ImageException naming the host, never the secret
     */
    public static DockerConfig parse(String json) {
        JsonNode root = Json.object(json.getBytes(StandardCharsets.UTF_8), "docker_config");
        JsonNode auths = root.has("auths") ? root.path("auths") : older(root) ? root : Json.object(EMPTY_OBJECT, "");
        Map<String, Credentials> byHost = new HashMap<>();
        auths.properties()
                .forEach(each -> credentials(each.getKey(), each.getValue())
                        .ifPresent(credentials -> byHost.put(host(each.getKey()), credentials)));
        Set<String> helped = new java.util.HashSet<>();
        root.path("credHelpers").fieldNames().forEachRemaining(name -> helped.add(host(name)));
        return new DockerConfig(byHost, helped);
    }

    private static final byte[] EMPTY_OBJECT = {'{', '}'};

    private static boolean older(JsonNode root) {
        return root.properties().stream().anyMatch(each -> each.getValue().has("auth"));
    }

    /** What there is for a registry; anonymous when nothing is. */
    public Credentials of(String registry) {
        String host =
                registry.equals(Reference.DOCKER_HUB) || registry.equals("registry-1.docker.io") ? HUB_KEY : registry;
        Credentials found = byHost.get(host);
        if (found == null && host.equals(HUB_KEY)) {
            found = byHost.get(Reference.DOCKER_HUB);
        }
        if (found == null && helped.contains(host)) {
            throw new ImageException(
                    "docker_config: credHelpers." + registry + ": credential helpers are not run; must be in auths");
        }
        return found == null ? Credentials.ANONYMOUS : found;
    }

    /** Whether nothing is known of any registry. */
    public boolean isEmpty() {
        return byHost.isEmpty() && helped.isEmpty();
    }

    private static Optional<Credentials> credentials(String host, JsonNode json) {
        String identity = json.path("identitytoken").asText("");
        if (!identity.isEmpty()) {
            return Optional.of(new Credentials.IdentityToken(identity));
        }
        String registry = json.path("registrytoken").asText("");
        if (!registry.isEmpty()) {
            return Optional.of(new Credentials.RegistryToken(registry));
        }
        String auth = json.path("auth").asText("");
        if (!auth.isEmpty()) {
            return Optional.of(decoded(host, auth));
        }
        String user = json.path("username").asText("");
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(new Credentials.Basic(user, json.path("password").asText("")));
    }

    private static Credentials decoded(String host, String auth) {
        try {
            String pair = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon > 0) {
                return new Credentials.Basic(
                        pair.substring(0, colon), pair.substring(colon + 1).replace("\0", ""));
            }
        } catch (IllegalArgumentException e) {
            // Not base64: said below, without the cause, which would quote the secret.
        }
        throw new ImageException("docker_config: auths." + host + ".auth: must be the base64 of USER:PASSWORD");
    }

    /** Keys are hosts or, by old clients, URLs such as {@code https://index.docker.io/v1/}. */
    private static String host(String key) {
        String rest = key.substring(key.indexOf("://") < 0 ? 0 : key.indexOf("://") + 3);
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    @Override
    public String toString() {
        return "credentials of " + new java.util.TreeSet<>(byHost.keySet());
    }
}
