package io.gatun.mesos.detector;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Mesos' text for a place in ZooKeeper: {@code zk://[user:password@]host1:port1,host2:port2/path}.
 *
 * @param servers {@code host:port} each
 * @param path absolute, never {@code /} itself and without a slash at its end
 * @param auth {@code user:password} for the digest scheme
 */
public record ZkUrl(List<String> servers, String path, Optional<String> auth) {
    private static final String SCHEME = "zk://";
    private static final int DEFAULT_PORT = 2181;

    public ZkUrl {
        servers = List.copyOf(servers);
    }

    /** Whether a {@code --master} flag means ZooKeeper. */
    public static boolean isZk(String text) {
        return text.startsWith(SCHEME);
    }

    /**
     * Parses {@code text}; a server without a port has 2181.
     *
     * @throws IllegalArgumentException naming the text and the rule
     */
    public static ZkUrl parse(String text) {
        if (!isZk(text)) {
            throw invalid(text, "must start with zk://");
        }
        String rest = text.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash);
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        if (path.isEmpty() || path.contains("//")) {
            throw invalid(text, "must end in a path such as /mesos");
        }
        String authority = rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        Optional<String> auth = at < 0 ? Optional.empty() : Optional.of(authority.substring(0, at));
        if (auth.isPresent() && auth.get().indexOf(':') <= 0) {
            throw invalid(text, "must have its credentials as user:password@");
        }
        List<String> servers = new ArrayList<>();
        for (String server : authority.substring(at + 1).split(",", -1)) {
            servers.add(server(text, server));
        }
        return new ZkUrl(servers, path, auth);
    }

    /** The servers as ZooKeeper clients take them. */
    public String connectString() {
        return String.join(",", servers);
    }

    /** Without the password, so that it can be logged. */
    @Override
    public String toString() {
        String user = auth.map(a -> a.substring(0, a.indexOf(':')) + ":***@").orElse("");
        return SCHEME + user + connectString() + path;
    }

    private static String server(String text, String server) {
        int colon = server.lastIndexOf(':');
        String host = colon < 0 ? server : server.substring(0, colon);
        if (host.isBlank()) {
            throw invalid(text, "must name servers as host:port, separated by commas");
        }
        if (colon < 0) {
            return server + ":" + DEFAULT_PORT;
        }
        String port = server.substring(colon + 1);
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw invalid(text, "must have ports between 1 and 65535");
        }
        return server;
    }

    private static IllegalArgumentException invalid(String text, String rule) {
        // Credentials do not belong into messages.
        return new IllegalArgumentException(
                "'" + text.replaceAll("//[^@/]*@", "//***@") + "': a ZooKeeper URL " + rule);
    }
}
