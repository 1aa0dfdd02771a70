package io.gatun.dnsserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.dnsserver.Wire.Message;
import io.gatun.mesos.flags.StartupException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole server on loopback, asked over the network; {@code dig} is the second opinion. */
@Timeout(300)
final class DnsServerTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int RESEND_MS = 2_000;
    private static final int PATIENCE_MS = 60_000;
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);

    private DnsServer server;

    @BeforeEach
    void launch() {
        server = DnsServer.launch(flags());
        server.publish(records(3));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void shouldAnswerOverUdp() throws IOException {
        assertThat(udp("web.marathon.mesos").data()).containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2", "10.0.0.3");
        awaitAnswers(1);
    }

    @Test
    void shouldAnswerWithThePublishedFromTheReturnOfPublishOn() throws IOException {
        for (int i = 0; i < 200; i++) {
            int instances = 1 + i % 5;
            server.publish(records(instances));
            assertThat(udp("web.marathon.mesos").data()).hasSize(instances);
        }
    }

    @Test
    void shouldNotDenyBeforeThePublicationOfAnything() throws IOException {
        try (DnsServer early = DnsServer.launch(flags())) {
            assertThat(udp(early.port(), "web.marathon.mesos").rcode()).isEqualTo(Dns.SERVFAIL);
        }
    }

    @Test
    void shouldGoOnAfterGarbage() throws IOException {
        Random random = new Random(3);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 500; i++) {
                byte[] garbage = new byte[random.nextInt(3_000)];
                random.nextBytes(garbage);
                socket.send(new DatagramPacket(garbage, garbage.length, LOOPBACK, server.port()));
            }
        }
        assertThat(udp("web.marathon.mesos").data()).hasSize(3);
    }

    @Test
    void shouldAnswerPipelinedQueriesOverTcpInOrder() throws IOException {
        server.publish(records(300));
        try (Socket socket = new Socket(LOOPBACK, server.port())) {
            socket.setSoTimeout(PATIENCE_MS);
            ByteArrayOutputStream queries = new ByteArrayOutputStream();
            for (int id = 0; id < 50; id++) {
                byte[] query = Wire.query(id, "web.marathon.mesos", Dns.TYPE_A, 0);
                queries.write(0);
                queries.write(query.length);
                queries.writeBytes(query);
            }
            byte[] bytes = queries.toByteArray();
            // In pieces that do not match the messages.
            for (int i = 0; i < bytes.length; i += 7) {
                socket.getOutputStream().write(bytes, i, Math.min(7, bytes.length - i));
            }
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int id = 0; id < 50; id++) {
                byte[] answer = new byte[in.readUnsignedShort()];
                in.readFully(answer);
                Message message = Wire.parse(answer);
                assertThat(message.id()).isEqualTo(id);
                assertThat(message.data()).hasSize(300);
            }
        }
    }

    @Test
    void shouldCloseTcpConnectionsThatSendNoQuery() throws IOException {
        try (Socket socket = new Socket(LOOPBACK, server.port())) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(new byte[] {0, 3, 1, 2, 3});
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void shouldSayInOneLineThatAPortIsBusy() throws IOException {
        DnsFlags flags = flags();
        flags.listenPort = server.port();
        String where = "127.0.0.1:" + server.port();
        assertThatThrownBy(() -> DnsServer.launch(flags))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("DNS on UDP " + where + ": bind udp " + where + ": EADDRINUSE")
                .hasMessageNotContaining("\n");
        flags.threads = 2;
        assertThatThrownBy(() -> DnsServer.launch(flags)).isInstanceOf(StartupException.class);
        try (ServerSocket tcp = new ServerSocket(0, 1, LOOPBACK)) {
            flags.listenPort = tcp.getLocalPort();
            assertThatThrownBy(() -> DnsServer.launch(flags))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("DNS on TCP 127.0.0.1:" + tcp.getLocalPort());
        }
    }

    @Test
    void shouldNameTheAddressesThatItDoesNotAnswerOn() {
        DnsFlags flags = flags();
        flags.bindIps = List.of("198.51.100.77");
        try (DnsServer other = DnsServer.launch(flags)) {
            assertThat(other.notes()).singleElement().asString().startsWith("198.51.100.77:53 is not answered: ");
            assertThat(other.listening()).containsExactly("127.0.0.1:" + other.port());
        }
        flags.bindIps = List.of("example.com");
        assertThatThrownBy(() -> DnsServer.launch(flags))
                .hasMessage("--dns_bind_ips \"example.com\": not an IPv4 address; give one such as 127.0.0.1");
    }

    @Test
    void shouldServeManyThreadsOnOnePort() throws IOException {
        DnsFlags flags = flags();
        flags.threads = 3;
        try (DnsServer many = DnsServer.launch(flags)) {
            many.publish(records(1));
            for (int i = 0; i < 50; i++) {
                assertThat(udp(many.port(), "web.marathon.mesos").data()).hasSize(1);
            }
            assertThat(many.threads()).hasSize(3).allMatch(Thread::isAlive);
        }
    }

    @Test
    void shouldEndItsThreadsWhenClosed() {
        List<Thread> threads = server.threads();
        server.close();
        assertThat(threads).hasSize(1).noneMatch(Thread::isAlive);
    }

    @Test
    void shouldPleaseDig() throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/dig")), "dig is not installed (apt-get install bind9-dnsutils)");
        assertThat(dig("+short", "web.marathon.mesos").lines())
                .containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2", "10.0.0.3");
        assertThat(dig("+short", "SRV", "_web._tcp.marathon.mesos").lines())
                .containsExactlyInAnyOrder(
                        "0 1 31000 web-0.marathon.mesos.",
                        "0 1 31001 web-1.marathon.mesos.",
                        "0 1 31002 web-2.marathon.mesos.");
        assertThat(dig("+short", "+tcp", "web.marathon.mesos").lines()).hasSize(3);
        assertThat(dig("nosuch.mesos"))
                .contains("status: NXDOMAIN", "flags: qr aa rd;", "mesos.\t\t\t5\tIN\tSOA\tns1.mesos. root.ns1.mesos.");
        assertThat(dig("AAAA", "web.marathon.mesos")).contains("status: NOERROR", "ANSWER: 0, AUTHORITY: 1");
        assertThat(dig("example.com")).contains("status: REFUSED");
        assertThat(dig("+noedns", "+qr", "wEb.Marathon.MESOS")).contains("wEb.Marathon.MESOS.\t5\tIN\tA\t10.0.0.1");
        assertThat(dig("+short", "ready.spartan")).isEqualTo("127.0.0.1\n");
        assertThat(dig("+norecurse", "web.marathon.mesos"))
                .contains("EDNS: version: 0, flags:; udp: 1232")
                .doesNotContain("WARN");
        server.publish(records(300));
        // dig itself goes over to TCP when the answer is truncated.
        assertThat(dig("+short", "web.marathon.mesos").lines()).hasSize(300);
        assertThat(dig("+ignore", "web.marathon.mesos")).contains("flags: qr aa tc rd;");
    }

    static DnsFlags flags() {
        DnsFlags flags = new DnsFlags();
        flags.bindIps = List.of();
        flags.listenPort = 0;
        flags.mesosDnsHttpPort = 0;
        flags.netHttpPort = 0;
        return flags;
    }

    static DnsRecords records(int instances) {
        TreeMap<String, List<InetAddress>> addresses = new TreeMap<>();
        List<InetAddress> ips = new ArrayList<>();
        List<SrvTarget> targets = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            InetAddress ip = InetAddress.ofLiteral("10.0." + (i + 1) / 256 + "." + (i + 1) % 256);
            ips.add(ip);
            addresses.put("web-" + i + ".marathon.mesos.", List.of(ip));
            targets.add(new SrvTarget("web-" + i + ".marathon.mesos.", 31_000 + i));
        }
        addresses.put("web.marathon.mesos.", ips);
        TreeMap<String, List<SrvTarget>> services = new TreeMap<>();
        services.put("_web._tcp.marathon.mesos.", targets);
        return new DnsRecords(addresses, services, List.of(), List.of());
    }

    /** An answer is counted when it has been sent, so perhaps after it was received. */
    private void awaitAnswers(long atLeast) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (server.answers() < atLeast) {
            assertThat(System.nanoTime())
                    .as(server.answers() + " answers of " + atLeast)
                    .isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
    }

    private Message udp(String name) throws IOException {
        return udp(server.port(), name);
    }

    private static Message udp(int port, String name) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(RESEND_MS);
            byte[] query = Wire.query(9, name, Dns.TYPE_A, 1232);
            DatagramPacket answer = new DatagramPacket(new byte[4_096], 4_096);
            long deadlineNs = System.nanoTime() + PATIENCE_NS;
            while (true) {
                socket.send(new DatagramPacket(query, query.length, LOOPBACK, port));
                try {
                    socket.receive(answer);
                    return Wire.parse(Arrays.copyOf(answer.getData(), answer.getLength()));
                } catch (SocketTimeoutException e) {
                    // Lost where a socket's buffer was full; a resolver would ask again, too.
                    if (System.nanoTime() > deadlineNs) {
                        throw e;
                    }
                }
            }
        }
    }

    private String dig(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("dig", "@127.0.0.1", "-p", Integer.toString(server.port()), "+tries=1", "+time=60"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
