package io.gatun.containerizer.image.spec;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names an image in a registry, as Docker spells it: {@code [registry/]repository[:tag][@digest]}.
 *
 * @param registry host, with a port where it is not the scheme's; {@code docker.io} for Docker Hub
 * @param repository lower-case path components
 * @param tag used when there is no digest
 * @param digest of the manifest or index
 */
public record Reference(String registry, String repository, String tag, Optional<Digest> digest) {
    /** The registry of names without one. */
    public static final String DOCKER_HUB = "docker.io";

    private static final int REPOSITORY_MAX = 255;
    private static final Pattern REGISTRY =
            Pattern.compile("(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:]+])(?::[0-9]{1,5})?");
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    public Reference {
        String text = registry + "/" + repository + ":" + tag;
        require(REGISTRY.matcher(registry).matches(), text, "registry", registry, "must be a host, and a port if any");
        require(
                repository.length() <= REPOSITORY_MAX
                        && REPOSITORY.matcher(repository).matches(),
                text,
                "repository",
                repository,
                "must be at most 255 of a-z 0-9 with single separators . _ __ - / between");
        require(TAG.matcher(tag).matches(), text, "tag", tag, "must be 1 to 128 of A-Z a-z 0-9 _ . -");
    }

    /**
     * Parses a name as users write it. What stands before the first slash is a registry if it has a dot or a colon or
     * is {@code localhost}; on Docker Hub a repository without a slash is below {@code library/}.
     *
     * @param defaultRegistry of names without a registry
     * @throws ImageException naming the part that breaks a rule
     */
    public static Reference parse(String name, String defaultRegistry) {
        String rest = name;
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(Digest.parse(rest.substring(at + 1)));
            rest = rest.substring(0, at);
        }
        String registry = defaultRegistry;
        int slash = rest.indexOf('/');
        if (slash > 0 && isRegistry(rest.substring(0, slash))) {
            registry = rest.substring(0, slash);
            rest = rest.substring(slash + 1);
        }
        String tag = "latest";
        int colon = rest.lastIndexOf(':');
        if (colon >= 0) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        if (registry.equals("index.docker.io")) {
            registry = DOCKER_HUB;
        }
        if (registry.equals(DOCKER_HUB) && rest.indexOf('/') < 0) {
            rest = "library/" + rest;
        }
        return new Reference(registry, rest, tag, digest);
    }

    private static boolean isRegistry(String component) {
        return component.indexOf('.') >= 0 || component.indexOf(':') >= 0 || component.equals("localhost");
    }

    /** What follows {@code manifests/} in a registry's URL: the digest if there is one, else the tag. */
    public String target() {
        return digest.map(Digest::toString).orElse(tag);
    }

    private static void require(boolean holds, String name, String field, String value, String rule) {
        if (!holds) {
            throw new ImageException("image " + name + ": " + field + "=" + value + ": " + rule);
        }
    }

    /** The full name; equal for all spellings of one image. */
    @Override
    public String toString() {
        return registry + "/" + repository + digest.map(d -> "@" + d).orElse(":" + tag);
    }
}
