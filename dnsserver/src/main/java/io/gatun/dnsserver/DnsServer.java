package io.gatun.dnsserver;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.socket.UdpSocket;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.http.HttpHost;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers names of tasks, agents, masters and virtual IPs, over UDP, TCP and two HTTP interfaces. What it answers is replaced as a whole by
 * {@link #publish}: from the return of that method on, every answer is the new one.
 *
 * <p>It answers on loopback in any case, and at port 53 of the node's resolver addresses where the host has them and the
 * process may. It is an authority only: names outside of its zones are REFUSED, so that clients ask their next resolver.
 * Before the first publication the cluster's names are SERVFAIL, never denied.
 */
public final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int THREADS_MAX = 64;
    private static final int CLOSE_SECONDS = 2;
    /** To find a port that is free for UDP and TCP. */
    private static final int ATTEMPTS_MAX = 10;

    private final DnsFlags flags;
    private final Vertx vertx = HttpHost.vertx();
    private final List<UdpServer> udp = new ArrayList<>();
    private final List<InetAddress> own = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private int listenPort;
    private volatile AnswerTable table;
    private volatile DnsRecords records = DnsRecords.empty();
    private volatile NetView view = NetView.empty();
    private HttpHost mesosDnsHttp;
    private HttpHost netHttp;
    private volatile int serial;

    private DnsServer(DnsFlags flags) {
        this.flags = flags;
    }

    /**
     * Starts answering.
     *
     * @throws StartupException in one line: a busy port, an address that is not one
     */
    public static DnsServer launch(DnsFlags flags) {
        DnsServer server = new DnsServer(flags);
        try {
            server.open();
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    /** Puts records into force. Any thread; returns when they are answered. */
    public synchronized void publish(DnsRecords next) {
        table = encode(next, true);
        records = next;
    }

    /** What the net HTTP interface tells besides DNS records. Any thread. */
    public void publish(NetView next) {
        view = next;
    }

    /** What is in force. */
    public DnsRecords records() {
        return records;
    }

    /** {@code ip:port} of everything that it answers on, loopback first. */
    public List<String> listening() {
        List<String> listening = new ArrayList<>(List.of(flags.listenIp + ":" + listenPort));
        own.forEach(ip -> listening.add(ip.getHostAddress() + ":" + flags.bindPort));
        return listening;
    }

    /** Why it does not answer on some of the node's addresses, one line each; empty when it does on all. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** UDP and TCP port on loopback. */
    public int port() {
        return listenPort;
    }

    /** Port of Mesos-DNS' HTTP interface. */
    public int mesosDnsHttpPort() {
        return mesosDnsHttp.port();
    }

    /** Port of DC/OS net's HTTP interface. */
    public int netHttpPort() {
        return netHttp.port();
    }

    /** UDP answers given since the start. */
    public long answers() {
        return udp.stream().mapToLong(UdpServer::answers).sum();
    }

    List<Thread> threads() {
        return udp.stream().map(UdpServer::thread).toList();
    }

    AnswerTable table() {
        return table;
    }

    /** Ends all of it within about two seconds. Idempotent. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        udp.forEach(UdpServer::close);
        udp.clear();
        for (HttpHost http : new HttpHost[] {mesosDnsHttp, netHttp}) {
            if (http != null) {
                http.close();
            }
        }
        try {
            vertx.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "TCP connections of the DNS server are still open {} s after they were to be closed",
                    CLOSE_SECONDS,
                    e);
        }
    }

    private void open() {
        if (flags.threads < 1 || flags.threads > THREADS_MAX) {
            throw new StartupException(
                    "--dns_threads " + flags.threads, "must be 1 to " + THREADS_MAX, "correct the flag");
        }
        table = encode(DnsRecords.empty(), false);
        listenPort = listen(address("--dns_listen_ip", flags.listenIp), flags.listenPort);
        for (String ip : flags.bindIps) {
            if (!ip.isBlank()) {
                listenIfPossible(address("--dns_bind_ips", ip));
            }
        }
        table = encode(DnsRecords.empty(), false);
        Router mesosDns = HttpHost.router(vertx);
        new MesosDnsHttp(() -> records, () -> serial, flags).mount(mesosDns);
        mesosDnsHttp = HttpHost.listen(vertx, flags.httpIp, flags.mesosDnsHttpPort, mesosDns);
        Router net = HttpHost.router(vertx);
        new NetHttp(() -> records, () -> view).mount(net);
        netHttp = HttpHost.listen(vertx, flags.httpIp, flags.netHttpPort, net);
    }

    private void listenIfPossible(Inet4Address ip) {
        try {
            listen(ip, flags.bindPort);
            own.add(ip);
        } catch (SyscallException e) {
            if (e.errno() == Errno.EADDRNOTAVAIL) {
                notes.add(
                        ip.getHostAddress() + ":" + flags.bindPort + " is not answered: no interface has the address");
            } else if (e.errno() == Errno.EACCES) {
                notes.add(ip.getHostAddress() + ":" + flags.bindPort
                        + " is not answered: ports below 1024 need root (CAP_NET_BIND_SERVICE)");
            } else {
                throw e;
            }
        }
    }

    /**
     * UDP and TCP on one port.
     *
     * @param port 0 for any
     * @return the port that is listened on
     */
    private int listen(Inet4Address ip, int port) {
        String where = ip.getHostAddress() + ":" + port;
        int before = udp.size();
        for (int attempt = 1; ; attempt++) {
            try {
                int bound = listenUdp(ip, port);
                TcpServer.start(vertx, ip.getHostAddress(), bound, () -> table);
                return bound;
            } catch (SyscallException e) {
                if (e.errno() == Errno.EADDRINUSE) {
                    throw busy("DNS on UDP " + where, e);
                }
                throw e;
            } catch (CompletionException e) {
                // The kernel chose a port that is free for UDP; somebody may have it for TCP.
                if (port != 0 || attempt == ATTEMPTS_MAX) {
                    throw busy("DNS on TCP " + where, e.getCause());
                }
                List<UdpServer> useless = udp.subList(before, udp.size());
                useless.forEach(UdpServer::close);
                useless.clear();
            }
        }
    }

    private int listenUdp(Inet4Address ip, int port) {
        boolean shared = flags.threads > 1;
        int bound = port;
        if (shared) {
            // Sockets that share a port are told of no other process that shares it as well: look before.
            UdpSocket probe = UdpSocket.bind(ip, port, false);
            bound = probe.port();
            probe.close();
        }
        for (int i = 0; i < flags.threads; i++) {
            UdpSocket socket = UdpSocket.bind(ip, bound, shared);
            bound = socket.port();
            udp.add(UdpServer.start(socket, () -> table, "dns-" + ip.getHostAddress() + ":" + bound + "-" + i));
        }
        return bound;
    }

    private static StartupException busy(String what, Throwable e) {
        return new StartupException(
                what, e.getMessage(), "stop what listens there (ss -lunpt), or choose another port", e);
    }

    private static Inet4Address address(String flag, String text) {
        try {
            return Inet4Address.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new StartupException(
                    flag + " \"" + text + "\"", "not an IPv4 address", "give one such as 127.0.0.1", e);
        }
    }

    private AnswerTable encode(DnsRecords next, boolean ready) {
        // Seconds since 1970, as Mesos-DNS does; never twice the same (RFC 1982).
        int now = (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
        int last = serial;
        int number = now - last > 0 ? now : last + 1;
        serial = number;
        AnswerTableBuilder builder = FixedZones.builder(number, flags.ttlSeconds, ready, own);
        next.addresses().forEach(builder::addresses);
        next.services().forEach(builder::services);
        for (String problem : next.problems()) {
            LOG.debug("left out of DNS: {}", problem);
        }
        return builder.build();
    }
}
