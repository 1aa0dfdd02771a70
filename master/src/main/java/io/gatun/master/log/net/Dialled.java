package io.gatun.master.log.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A replica that is dialled, and how that went so far. */
final class Dialled {
    private final int id;
    private InetSocketAddress address;
    private Link link;
    private long backoffMs;
    private long notBefore;
    private String trouble = "not connected yet";
    private volatile InetSocketAddress resolved;
    private volatile boolean resolving;

    Dialled(int id, InetSocketAddress address, long now) {
        this.id = id;
        this.address = address;
        this.notBefore = now;
    }

    int id() {
        return id;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Another address from now on: the next attempt comes at once. */
    void address(InetSocketAddress newAddress, long now) {
        address = newAddress;
        resolved = null;
        backoffMs = 0;
        notBefore = now;
    }

    /**
     * Where to connect to; null when the name has to be resolved first, which is begun elsewhere: it may take seconds, and
     * each attempt asks anew, since a replica that was replaced may have its name and another address.
     */
    InetSocketAddress target() {
        InetSocketAddress ready = resolved;
        if (ready != null) {
            resolved = null;
            return ready;
        }
        String host = address.getHostString();
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(host), address.getPort());
        } catch (IllegalArgumentException _) {
            resolve(host, address.getPort()); // no address but a name
            return null;
        }
    }

    private void resolve(String host, int port) {
        if (!resolving) {
            resolving = true;
            Thread.ofVirtual().name("gatun-log-resolve-" + id).start(() -> {
                resolved = new InetSocketAddress(host, port);
                resolving = false;
            });
        }
    }

    /** The connection, or one that is being made; null for none. */
    Link link() {
        return link;
    }

    void link(Link newLink) {
        link = newLink;
    }

    boolean due(long now) {
        return link == null && now - notBefore >= 0;
    }

    void succeeded() {
        backoffMs = 0;
        trouble = "";
    }

    /**
     * Tries again later.
     *
     * @return whether this is another trouble than the last one, and worth a line in the log
     */
    boolean failed(String reason, long now, TransportSettings settings) {
        link = null;
        backoffMs = backoffMs == 0 ? settings.backoffMinMs() : Math.min(2 * backoffMs, settings.backoffMaxMs());
        notBefore = now + backoffMs * Transport.NS_PER_MS;
        boolean news = !reason.equals(trouble);
        trouble = reason;
        return news;
    }

    /** Why there is no connection; empty when there is one. */
    String trouble() {
        return trouble;
    }
}
