package io.gatun.master.log.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one replica. It has no thread: its owner calls {@link #poll}, {@link #tick} and {@link #flush} in
 * turn on one thread, and messages arrive inside of {@code poll}. Only {@link #wakeup} may be called by others.
 */
public final class Transport implements AutoCloseable {
    static final long NS_PER_MS = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    /** A sender that is faster than this replica must not keep it from everything else. */
    private static final int MAX_READS = 8;

    /** Whose transport it is; called on its thread. */
    public interface Owner {
        /** Which log; all zero when there is none yet. */
        UUID cluster();

        /** A body came, its type at {@code offset}. Valid during the call; throws when it is none: the connection ends. */
        void received(Link link, byte type, DirectBuffer bytes, int offset, int length) throws IOException;

        /** A replica said where it listens, and of which log it is (all zero: of none). */
        void heardOf(int peer, String address, UUID cluster);

        /** A client is gone: its links must not be used any more. */
        void clientGone(Link link);
    }

    private final int id;
    private final String advertised;
    private final TransportSettings settings;
    private final Owner owner;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Consumer<SelectionKey> onKey = this::onKey;
    private final Map<Integer, Dialled> dialled = new HashMap<>();
    private final List<Link> links = new ArrayList<>();
    private final List<Dialled> order = new ArrayList<>();
    private final AtomicBoolean sleeping = new AtomicBoolean();
    private int clients;

    /**
     * Listens.
     *
     * @param id of the replica
     * @param bind where to listen; port 0 for any
     * @param host under which others reach it
     * @throws IOException when that cannot be
     */
    public Transport(int id, InetSocketAddress bind, String host, TransportSettings settings, Owner owner)
            throws IOException {
        this.id = id;
        this.settings = settings;
        this.owner = owner;
        this.selector = Selector.open();
        this.listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(bind);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
            this.advertised = host + ":" + local.getPort();
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw new IOException("listen on " + bind + ": " + e.getMessage(), e);
        }
    }

    /** Where others reach it: {@code host:port}. */
    public String advertised() {
        return advertised;
    }

    /** Keeps a connection to a replica from now on; to another address when it had one. */
    public void dial(int peer, InetSocketAddress address) {
        if (peer == id) {
            return;
        }
        long now = System.nanoTime();
        Dialled known = dialled.get(peer);
        if (known == null) {
            Dialled fresh = new Dialled(peer, address, now);
            dialled.put(peer, fresh);
            order.add(fresh);
        } else if (!Addresses.same(known.address(), address)) {
            known.address(address, now);
            if (known.link() != null) {
                drop(known.link(), "it listens on " + address + " now");
            }
        }
    }

    /** Keeps no connection to a replica any more. */
    public void forget(int peer) {
        Dialled known = dialled.remove(peer);
        if (known != null) {
            order.remove(known);
            if (known.link() != null) {
                drop(known.link(), "it is no member any more");
            }
        }
    }

    /** The connection on which a replica can be told something; null when there is none. */
    public Link to(int peer) {
        for (int i = 0; i < order.size(); i++) {
            Dialled candidate = order.get(i);
            if (candidate.id() == peer) {
                Link link = candidate.link();
                return link != null && link.ready() ? link : null;
            }
        }
        return null;
    }

    /** How the connection to a replica is. */
    public PeerState state(int peer) {
        Dialled known = dialled.get(peer);
        if (known == null) {
            return new PeerState("", false, -1, -1, "its address is not known");
        }
        Link link = known.link();
        boolean up = link != null && link.ready();
        long now = System.nanoTime();
        return new PeerState(
                Addresses.text(known.address()),
                up,
                up ? (now - link.heardAt()) / NS_PER_MS : -1,
                up ? link.roundTripNs() : -1,
                known.trouble());
    }

    /** Tells everyone who is connected. */
    public void toAll(Consumer<Link> message) {
        for (Dialled known : order) {
            if (known.link() != null && known.link().ready()) {
                message.accept(known.link());
            }
        }
    }

    /**
     * Waits for something to happen, and hands over what came.
     *
     * @param timeoutMs 0 not to wait
     * @param idle asked after it is certain that {@link #wakeup} would end the waiting; false not to wait
     */
    public void poll(long timeoutMs, Idle idle) throws IOException {
        if (timeoutMs <= 0) {
            selector.selectNow(onKey);
            return;
        }
        sleeping.set(true);
        try {
            if (idle.isIdle()) {
                selector.select(onKey, timeoutMs);
            } else {
                selector.selectNow(onKey);
            }
        } finally {
            sleeping.set(false);
        }
    }

    /** Whether there is nothing else to do. */
    public interface Idle {
        /** Whether the thread may sleep. */
        boolean isIdle();
    }

    /** Ends the current waiting of {@link #poll}, if it waits. Any thread. */
    public void wakeup() {
        if (sleeping.get() && sleeping.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    private void onKey(SelectionKey key) {
        if (key.channel() == listener) {
            accept();
            return;
        }
        Link link = (Link) key.attachment();
        try {
            if (key.isConnectable()) {
                connected(link);
                return;
            }
            if (key.isWritable()) {
                link.flush();
            }
            if (key.isReadable()) {
                read(link);
            }
        } catch (IOException e) {
            drop(link, text(e));
        }
    }

    private static String text(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private void accept() {
        try {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return;
            }
            String name = "connection from " + channel.getRemoteAddress();
            Link link = open(channel, SelectionKey.OP_READ, Link.Kind.STRANGER, 0, name);
            links.add(link);
        } catch (IOException e) {
            LOG.warn("Replica {}: accept on {}: {}", id, advertised, text(e));
        }
    }

    private Link open(SocketChannel channel, int interest, Link.Kind kind, int peer, String name) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SelectionKey key = channel.register(selector, interest);
        Link link = new Link(channel, key, kind, peer, name, settings);
        key.attach(link);
        link.opened(System.nanoTime());
        return link;
    }

    private void connect(Dialled peer, long now) {
        try {
            InetSocketAddress address = peer.target();
            if (address == null) {
                return;
            }
            if (address.isUnresolved()) {
                throw new IOException("the name cannot be resolved");
            }
            SocketChannel channel = SocketChannel.open();
            String name = "connection to replica " + peer.id() + " at " + Addresses.text(peer.address());
            Link link = open(channel, SelectionKey.OP_CONNECT, Link.Kind.OUTGOING, peer.id(), name);
            links.add(link);
            peer.link(link);
            if (channel.connect(address)) {
                connected(link);
            }
        } catch (IOException e) {
            if (peer.link() != null) {
                drop(peer.link(), text(e));
            } else if (peer.failed(text(e), now, settings)) {
                LOG.info(
                        "Replica {}: no connection to replica {} at {}: {}",
                        id,
                        peer.id(),
                        Addresses.text(peer.address()),
                        text(e));
            }
        }
    }

    private void connected(Link link) throws IOException {
        link.channel().finishConnect();
        link.channel().keyFor(selector).interestOps(SelectionKey.OP_READ);
        Hello hello = Hello.of(false, id, link.peer(), owner.cluster(), advertised);
        say(link, FrameType.HELLO, hello);
    }

    private static void say(Link link, byte type, Hello hello) throws IOException {
        int at = link.out().claim(Hello.MAX_BYTES);
        link.out().commit(hello.encode(type, link.out().view(), at));
        link.flush();
    }

    private void read(Link link) throws IOException {
        for (int i = 0; i < MAX_READS && !link.isClosed(); i++) {
            int read = link.in().readFrom(link.channel());
            if (read < 0) {
                drop(link, "the other end closed it");
                return;
            }
            if (read == 0) {
                return;
            }
            boolean more = link.in().isFull();
            link.heard(System.nanoTime());
            int offset = link.in().next();
            while (offset >= 0 && !link.isClosed()) {
                handle(link, link.in().view(), offset, link.in().length());
                offset = link.isClosed() ? -1 : link.in().next();
            }
            if (!more) {
                return;
            }
        }
    }

    private void handle(Link link, DirectBuffer bytes, int offset, int length) throws IOException {
        byte type = bytes.getByte(offset);
        switch (type) {
            case FrameType.HELLO -> greeted(link, Hello.decode(bytes, offset, length));
            case FrameType.WELCOME -> welcomed(link, Hello.decode(bytes, offset, length));
            case FrameType.REJECT -> {
                byte[] text = new byte[length - 1];
                bytes.getBytes(offset + 1, text);
                drop(link, "refused: " + new String(text, StandardCharsets.UTF_8));
            }
            case FrameType.PING -> link.pong(number(bytes, offset, length));
            case FrameType.PONG -> link.ponged(number(bytes, offset, length), System.nanoTime());
            default -> {
                // Who dialled speaks; and clients only ask.
                boolean mayCome = switch (link.kind()) {
                    case INCOMING -> type != FrameType.REQUEST;
                    case CLIENT -> type == FrameType.REQUEST;
                    case STRANGER, OUTGOING -> false;
                };
                if (!mayCome) {
                    throw new FrameException("a frame of type " + type + " that may not come on this connection");
                }
                owner.received(link, type, bytes, offset, length);
            }
        }
    }

    private static long number(DirectBuffer bytes, int offset, int length) throws FrameException {
        if (length != 1 + Long.BYTES) {
            throw new FrameException("a ping has " + length + " bytes");
        }
        return bytes.getLong(offset + 1);
    }

    private void greeted(Link link, Hello hello) throws IOException {
        if (link.kind() != Link.Kind.STRANGER) {
            throw new FrameException("a second greeting");
        }
        String refusal = hello.refusal(id, owner.cluster());
        if (refusal.isEmpty() && hello.client() && clients >= settings.maxClients()) {
            refusal = settings.maxClients() == 0
                    ? "this replica takes no clients"
                    : "this replica has " + clients + " clients, as many as it may";
        }
        if (!refusal.isEmpty()) {
            link.reject(refusal);
            link.flush();
            drop(link, "refused it: " + refusal);
            return;
        }
        if (hello.client()) {
            clients++;
            link.known(Link.Kind.CLIENT, 0);
        } else {
            replaceIncoming(hello.id());
            link.known(Link.Kind.INCOMING, hello.id());
        }
        say(link, FrameType.WELCOME, Hello.of(false, id, hello.id(), owner.cluster(), advertised));
        if (!hello.client()) {
            owner.heardOf(hello.id(), hello.address(), hello.cluster());
        }
    }

    /** A replica that dials again has lost its connection, even if this end has not noticed yet. */
    private void replaceIncoming(int peer) {
        for (int i = links.size() - 1; i >= 0; i--) {
            Link link = links.get(i);
            if (link.kind() == Link.Kind.INCOMING && link.peer() == peer) {
                drop(link, "replica " + peer + " has connected anew");
            }
        }
    }

    private void welcomed(Link link, Hello hello) throws IOException {
        if (link.kind() != Link.Kind.OUTGOING || link.ready()) {
            throw new FrameException("an unexpected welcome");
        }
        String refusal = hello.refusal(id, owner.cluster());
        if (!refusal.isEmpty() || hello.id() != link.peer()) {
            throw new FrameException(
                    refusal.isEmpty() ? "replica " + hello.id() + " answers for replica " + link.peer() : refusal);
        }
        link.known(Link.Kind.OUTGOING, link.peer());
        Dialled peer = dialled.get(link.peer());
        peer.succeeded();
        LOG.info("Replica {}: connected to replica {} at {}", id, link.peer(), Addresses.text(peer.address()));
        owner.heardOf(hello.id(), hello.address(), hello.cluster());
    }

    /** Time passes; to be called every few milliseconds. */
    public void tick(long now) {
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i).due(now)) {
                connect(order.get(i), now);
            }
        }
        long dead = settings.deadMs() * NS_PER_MS;
        for (int i = links.size() - 1; i >= 0; i--) {
            Link link = links.get(i);
            if (now - link.heardAt() > dead && link.kind() != Link.Kind.CLIENT) {
                drop(link, "nothing was heard for " + settings.deadMs() + " ms");
            } else if (link.kind() == Link.Kind.OUTGOING
                    && link.ready()
                    && now - link.pingedAt() >= settings.pingMs() * NS_PER_MS) {
                link.ping(now);
            }
        }
    }

    /** Sends everything that was put into links since the last call. */
    public void flush() {
        for (int i = links.size() - 1; i >= 0; i--) {
            Link link = links.get(i);
            try {
                link.flush();
            } catch (IOException e) {
                drop(link, text(e));
            }
        }
    }

    private void drop(Link link, String reason) {
        if (link.isClosed()) {
            return;
        }
        try {
            link.close();
        } catch (IOException e) {
            LOG.warn("Replica {}: close {}: {}", id, link, text(e));
        }
        links.remove(link);
        boolean wasReady = link.ready();
        switch (link.kind()) {
            case CLIENT -> {
                clients--;
                owner.clientGone(link);
            }
            case OUTGOING -> {
                Dialled peer = dialled.get(link.peer());
                boolean news = peer != null && peer.link() == link && peer.failed(reason, System.nanoTime(), settings);
                if (news || wasReady) {
                    LOG.info("Replica {}: {} ended: {}", id, link, reason);
                }
            }
            case STRANGER -> LOG.info("Replica {}: {} ended: {}", id, link, reason);
            case INCOMING -> LOG.debug("Replica {}: {} ended: {}", id, link, reason);
        }
    }

    /** Ends all connections and no longer listens. */
    @Override
    public void close() throws IOException {
        for (Link link : List.copyOf(links)) {
            drop(link, "this replica ends");
        }
        listener.close();
        selector.close();
    }
}
