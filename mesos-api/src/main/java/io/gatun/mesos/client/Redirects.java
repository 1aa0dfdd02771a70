package io.gatun.mesos.client;

import java.io.IOException;
import java.net.URI;

/** Where a {@code Location} points: absolute, {@code //host:port/path} as Mesos sends it, or {@code //host:port} alone. */
public final class Redirects {
    private Redirects() {}

    /**
     * Resolves {@code location} against the endpoint that answered with it. A location without a path keeps the endpoint's.
     *
     * @throws IOException if it is no HTTP address
     */
    public static URI resolve(URI endpoint, String location) throws IOException {
        URI target;
        try {
            target = endpoint.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException("Location '" + location + "' must be a URI", e);
        }
        if (target.getHost() == null || !target.getScheme().startsWith("http")) {
            throw new IOException("Location '" + location + "' must lead to an HTTP server");
        }
        if (target.getRawPath() == null || target.getRawPath().isEmpty()) {
            String query = endpoint.getRawQuery() == null ? "" : "?" + endpoint.getRawQuery();
            return target.resolve(endpoint.getRawPath() + query);
        }
        return target;
    }
}
