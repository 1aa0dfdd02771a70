package io.gatun.master.log.net;

import java.net.InetSocketAddress;

/** Addresses of replicas as they are written and compared: as text, since a name may be resolved or not. */
public final class Addresses {
    private Addresses() {}

    /** {@code host:port}. */
    public static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    /** Whether both are the same host, as it is named, and port. */
    public static boolean same(InetSocketAddress one, InetSocketAddress other) {
        return text(one).equals(text(other));
    }
}
