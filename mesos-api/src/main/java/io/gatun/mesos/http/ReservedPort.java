package io.gatun.mesos.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A TCP port that is told to others before anything listens on it, or while nothing does. Held by a socket that is bound
 * and does not listen: the kernel gives the port to nobody who asks for any port, neither to listen on nor to connect
 * from, and refuses whoever connects to it. Who names the port may listen there meanwhile, as often as it likes, because
 * both have SO_REUSEADDR (socket(7)), which channels of Java, Vert.x and ZooKeeper set. Thread-safe.
 */
public final class ReservedPort implements AutoCloseable {
    private final Socket holder;

    private ReservedPort(Socket holder) {
        this.holder = holder;
    }

    /**
     * Reserves a port of an address.
     *
     * @param address with port 0 for any that is free
     * @throws IOException when the address is not this host's, something listens on that port, or there is none left
     */
    public static ReservedPort on(InetSocketAddress address) throws IOException {
        Socket holder = new Socket();
        try {
            holder.setReuseAddress(true);
            holder.bind(address);
            return new ReservedPort(holder);
        } catch (IOException e) {
            holder.close();
            throw e;
        }
    }

    /** The same on the loopback interface. */
    public static ReservedPort onLoopback() throws IOException {
        return on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Its number. */
    public int port() {
        return holder.getLocalPort();
    }

    /** From now on anybody may get it. */
    @Override
    public void close() {
        try {
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port() + ": close", e); // close(2) of a socket does not fail
        }
    }
}
