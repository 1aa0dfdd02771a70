package io.gatun.containerizer.docker;

/**
 * What an image is called, split as the engine wants it.
 *
 * @param repository with the registry, if any: {@code registry.example:5000/team/app}
 * @param version a tag, or a digest as {@code sha256:...}; {@code latest} when the name has none
 */
record ImageName(String repository, String version) {
    /** The key of Docker's own registry in Docker's config.json. */
    static final String DEFAULT_REGISTRY = "https://index.docker.io/v1/";

    /** @throws IllegalArgumentException naming the rule it breaks */
    static ImageName parse(String name) {
        int at = name.indexOf('@');
        String tagged = at < 0 ? name : name.substring(0, at);
        int colon = tagged.lastIndexOf(':');
        boolean hasTag = colon > tagged.lastIndexOf('/'); // else the colon is that of a registry's port
        String repository = hasTag ? tagged.substring(0, colon) : tagged;
        String version = at >= 0 ? name.substring(at + 1) : hasTag ? tagged.substring(colon + 1) : "latest";
        if (!repository.matches("[A-Za-z0-9][A-Za-z0-9._:/-]*") || repository.endsWith("/")) {
            throw new IllegalArgumentException(
                    "image=" + name + ": must be [registry[:port]/]repository[:tag][@digest]");
        }
        if (!version.matches(at >= 0 ? "[a-z0-9+._-]+:[0-9a-f]{32,}" : "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")) {
            throw new IllegalArgumentException("image=" + name + ": "
                    + (at >= 0 ? "digest must be ALGORITHM:HEX" : "tag must be 1 to 128 of A-Z a-z 0-9 . _ -"));
        }
        return new ImageName(repository, version);
    }

    /** The registry's host, with its port if it has one; empty for Docker's own. */
    String registry() {
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        // As Docker tells a host from a part of a path.
        boolean host = first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        return host && !first.equals("docker.io") ? first : "";
    }
}
