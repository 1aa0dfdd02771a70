package io.gatun.containerizer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.PortMapping;
import io.gatun.testkit.net.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers on the bridge, seen from inside, from their host, from each other and from outside. The VM's kernel has no
 * translation of addresses by nftables, so host and outside are network namespaces of this machine.
 */
@Tag("cluster")
@Timeout(900)
final class BridgeClusterTest {
    private static final String HOST = "203.0.113.1";
    private static final String OUTSIDE = "203.0.113.2";
    private static final int CRASHES = 6;
    private static final int MAX_DELAY_MS = 150;

    /** Serves its own idea of the caller's address. */
    private static final String SERVER = "exec python3 -c '"
            + "import http.server as h;C=type(\"C\",(h.BaseHTTPRequestHandler,),{\"do_GET\":lambda s:(s.send_response(200),"
            + "s.end_headers(),s.wfile.write(s.client_address[0].encode()))});h.HTTPServer((\"\",%d),C).serve_forever()'";

    @TempDir
    Path directory;

    private NetworkNamespace host;
    private NetworkNamespace outside;

    @BeforeAll
    static void requireTools() {
        assumeTrue(
                NetworkNamespace.missing().isEmpty(),
                () -> NetworkNamespace.missing().get());
        for (String tool : List.of("/usr/sbin/nft", "/usr/bin/curl")) {
            assumeTrue(Files.isExecutable(Path.of(tool)), () -> "needs " + tool);
        }
    }

    @BeforeEach
    void connect() {
        host = NetworkNamespace.create();
        outside = NetworkNamespace.create();
        host.run("ip", "link", "add", "up0", "type", "veth", "peer", "name", "down0", "netns", "" + outside.pid());
        host.run("ip", "addr", "add", HOST + "/24", "dev", "up0");
        host.run("ip", "link", "set", "up0", "up");
        outside.run("ip", "addr", "add", OUTSIDE + "/24", "dev", "down0");
        outside.run("ip", "link", "set", "down0", "up");
    }

    @AfterEach
    void disconnect() {
        AgentProcess.killContainers(directory);
        host.close();
        outside.close();
    }

    private AgentProcess agent(String... expected) {
        return AgentProcess.start(host::command, directory, directory, expected);
    }

    @Test
    void shouldConnectAContainerInAllDirections() {
        outside.start(directory.resolve("outside.log"), List.of("sh", "-c", SERVER.formatted(8000)));
        try (AgentProcess agent = agent()) {
            assertThat(agent.tell("bridge web 31080:8080/tcp,31053:53/udp " + SERVER.formatted(8080)))
                    .startsWith("running");
            assertThat(agent.tell("bridge client - sleep 3000")).startsWith("running");

            assertThat(inside("client", "ip -o -4 addr show eth0")).contains("inet 172.29.0.3/16");
            assertThat(inside("client", "ip route")).contains("default via 172.29.0.1 dev eth0");
            long client = AgentProcess.pid(directory.resolve("run/containers/client"));
            assertThat(host.run("nsenter", "--mount=/proc/" + client + "/ns/mnt", "--", "cat", "/etc/hosts"))
                    .contains("127.0.0.1\tlocalhost", "172.29.0.3\tclient");
            assertThat(host.run("nsenter", "--mount=/proc/" + client + "/ns/mnt", "--", "cat", "/etc/resolv.conf"))
                    .isEqualTo(AgentProcess.text(directory.resolve("run/containers/client/resolv.conf"))
                            .strip());
            assertThat(inside("client", "ip -o link show lo")).contains("LOOPBACK,UP");
            assertThat(host.run("nft", "list", "map", "ip", "gatun-gatun0", "host-ports"))
                    .contains("tcp . 31080 : 172.29.0.2 . 8080", "udp . 31053 : 172.29.0.2 . 53");

            // From outside, from the host by any of its addresses.
            assertThat(answer(() -> outside.attempt("curl", "-sSm60", "http://" + HOST + ":31080/")))
                    .isEqualTo(OUTSIDE);
            assertThat(host.run("curl", "-sSm60", "http://" + HOST + ":31080/")).isEqualTo(HOST);
            assertThat(host.run("curl", "-sSm60", "http://127.0.0.1:31080/")).isEqualTo("172.29.0.1");
            // From a container: directly, by a port of the host, and so to itself.
            assertThat(inside("client", "curl -sSm60 http://172.29.0.2:8080/")).isEqualTo("172.29.0.3");
            assertThat(inside("client", "curl -sSm60 http://" + HOST + ":31080/"))
                    .isEqualTo("172.29.0.1");
            assertThat(inside("web", "curl -sSm60 http://" + HOST + ":31080/")).isEqualTo("172.29.0.1");
            // To outside, which knows nothing of the containers' network.
            assertThat(answer(() -> host.attempt(nsenter("client", "curl -sSm60 http://" + OUTSIDE + ":8000/"))))
                    .isEqualTo(HOST);

            assertThat(agent.tell("end web")).startsWith("ended");
            assertThat(outside.attempt("curl", "-sSm60", "http://" + HOST + ":31080/")
                            .output())
                    .contains("Couldn't connect");
            assertThat(agent.tell("end client")).startsWith("ended");
        }
        assertNothingLeft();
    }

    @Test
    void shouldKeepAContainerFromSpeakingForOthers() {
        host.start(
                directory.resolve("host.log"),
                List.of("sh", "-c", SERVER.formatted(9000).replace("(\"\",", "(\"127.0.0.1\",")));
        try (AgentProcess agent = agent()) {
            agent.tell("bridge evil - sleep 3000");
            assertThat(answer(() -> host.attempt("curl", "-sSm60", "http://127.0.0.1:9000/")))
                    .isEqualTo("127.0.0.1");
            // The host's loopback by a route to its MAC address; a stranger's address as the source.
            inside("evil", "ip addr add 10.9.9.9/32 dev eth0 && ip addr del 127.0.0.1/8 dev lo");
            inside(
                    "evil",
                    "ip route add 127.0.0.1/32 via 172.29.0.1 dev eth0 && sysctl -q -w"
                            + " net.ipv4.conf.all.route_localnet=1");
            assertThat(host.attempt(nsenter("evil", "curl -sSm2 --interface 172.29.0.2 http://127.0.0.1:9000/"))
                            .output())
                    .contains("timed out");
            assertThat(host.attempt(nsenter("evil", "curl -sSm2 --interface 10.9.9.9 http://172.29.0.1:9/"))
                            .output())
                    .contains("timed out");
            assertThat(host.attempt(nsenter("evil", "curl -sSm60 http://172.29.0.1:9/"))
                            .output())
                    .contains("Couldn't connect");
            agent.tell("end evil");
        }
    }

    @Test
    void shouldRefuseAPortThatIsTaken() {
        try (AgentProcess agent = agent()) {
            agent.tell("bridge one 31080:80/tcp sleep 3000");
            assertThat(agent.tell("bridge two 31081:80/tcp,31080:81/tcp sleep 3000"))
                    .contains("portMapping.hostPort=31080/tcp: leads to container one already");
            assertThat(directory.resolve("run/containers/two")).doesNotExist();
            assertThat(agent.tell("bridge three 31080:80/udp,31081:80/tcp sleep 3000"))
                    .startsWith("running");
            agent.tell("end one");
            assertThat(agent.tell("bridge four 31080:80/tcp sleep 3000")).startsWith("running");
            agent.tell("end three");
            agent.tell("end four");
        }
        assertNothingLeft();
    }

    @Test
    void shouldTakeOverWhatRunsAndRemoveWhatDoesNot() {
        try (AgentProcess first = agent()) {
            first.tell("bridge stays 31080:8080/tcp " + SERVER.formatted(8080));
            first.tell("bridge goes 31081:8080/tcp sleep 3000");
            first.kill();
        }
        // The kernel goes on without an agent.
        assertThat(answer(() -> outside.attempt("curl", "-sSm60", "http://" + HOST + ":31080/")))
                .isEqualTo(OUTSIDE);
        try (AgentProcess second = agent("stays")) {
            assertThat(outside.run("curl", "-sSm60", "http://" + HOST + ":31080/"))
                    .isEqualTo(OUTSIDE);
            assertThat(host.run("nft", "list", "map", "ip", "gatun-gatun0", "host-ports"))
                    .contains("31080")
                    .doesNotContain("31081");
            assertThat(host.run("ip", "-o", "link", "show", "master", "gatun0").lines())
                    .hasSize(1);
            assertThat(second.tell("bridge next 31080:80/tcp sleep 3000")).contains("leads to container stays already");
            assertThat(second.tell("bridge next 31081:80/tcp ip -o -4 addr show eth0; sleep 3000"))
                    .startsWith("running");
            assertThat(second.tell("end next")).startsWith("ended");
            assertThat(second.tell("end stays")).startsWith("ended");
        }
        assertNothingLeft();
    }

    @Test
    void shouldLeaveNothingWheneverTheAgentIsKilled() throws IOException, InterruptedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < CRASHES; round++) {
            try (AgentProcess agent = agent()) {
                for (int i = 0; i < 8; i++) {
                    agent.send("bridge c" + i + " " + (31000 + i) + ":80/tcp sleep 3000");
                    agent.send("end c" + i);
                }
                Thread.sleep(random.nextInt(MAX_DELAY_MS));
                agent.kill();
            }
            agent().close();
            assertThat(directory.resolve("run/containers")).as("seed " + seed).isEmptyDirectory();
            assertNothingLeft();
        }
    }

    @Test
    void shouldEndWhoListensOnPortsOfOthers() {
        try (AgentProcess agent = agent()) {
            agent.tell("host good 31000 " + SERVER.formatted(31000));
            // A port that the agent does not offer is nobody's.
            agent.tell("host free 31001 " + SERVER.formatted(40000));
            assertThat(agent.tell("host bad 31002 " + SERVER.formatted(31003))).startsWith("running");
            assertThat(agent.tell("wait bad"))
                    .startsWith("ended PORTS: ")
                    .contains("listens on ports [31003], which were not allocated to it; allocated are [31002-31002]");
            assertThat(answer(() -> host.attempt("curl", "-sSm60", "http://127.0.0.1:31000/")))
                    .isEqualTo("127.0.0.1");
            assertThat(answer(() -> host.attempt("curl", "-sSm60", "http://127.0.0.1:40000/")))
                    .isEqualTo("127.0.0.1");
            assertThat(agent.tell("end good")).isEqualTo("ended terminated by signal 9");
            assertThat(agent.tell("end free")).isEqualTo("ended terminated by signal 9");
        }
    }

    @Test
    void shouldLeadAStreamOfDatagramsToWhoeverHasThePort() {
        outside.start(
                directory.resolve("sender.log"),
                List.of(
                        "python3",
                        "-c",
                        "import socket,time\n"
                                + "s=socket.socket(2,2);s.bind((\"" + OUTSIDE + "\",5353))\n"
                                + "while True: s.sendto(b\"x\",(\"" + HOST + "\",31053)); time.sleep(0.1)"));
        String receiver = "exec python3 -c 'import socket;s=socket.socket(2,2);s.bind((\"\",53));s.settimeout(240);"
                + "print(s.recvfrom(9)[1][0],flush=True);s.recvfrom(9);import time;time.sleep(300)'";
        try (AgentProcess agent = agent()) {
            // The bridge, and with it connection tracking, is there before the first of them.
            agent.tell("bridge tracker - sleep 3000");
            for (String name : List.of("one", "two")) {
                agent.tell("bridge " + name + " 31053:53/udp " + receiver);
                Path output = directory.resolve("sandbox-" + name + "/stdout");
                assertThat(answer(() -> new NetworkNamespace.Result(
                                AgentProcess.text(output).isEmpty() ? 1 : 0, AgentProcess.text(output))))
                        .isEqualToIgnoringNewLines(OUTSIDE);
                agent.tell("end " + name);
            }
            agent.tell("end tracker");
        }
    }

    @Test
    void shouldMountItsFilesIntoARootThatHasNone() {
        String read = "for f in resolv.conf hosts hostname; do while read line; do echo $line; done < /etc/$f; done;"
                + " echo x > /etc/hosts";
        try (AgentProcess agent = agent()) {
            for (String kind : List.of("bridge", "none")) {
                host.run(
                        "sh",
                        "-c",
                        "cd " + directory + " && mkdir -p root-" + kind + "/bin && cd root-" + kind
                                + " && cp /bin/busybox bin/sh && for lib in $(ldd bin/sh | grep -o '/[^ ]*'); do"
                                + " mkdir -p .$(dirname $lib) && cp -L $lib .$lib; done");
                assertThat(agent.tell(kind + " " + kind + " - " + read)).startsWith("running");
                assertThat(agent.tell("wait " + kind)).startsWith("ended exited with status");
                String address = kind.equals("bridge") ? "172.29.0.2" : "127.0.0.1";
                assertThat(AgentProcess.text(directory.resolve("sandbox-" + kind + "/stdout")))
                        .contains("127.0.0.1 localhost\n", address + " " + kind + "\n" + kind + "\n");
                assertThat(AgentProcess.text(directory.resolve("sandbox-" + kind + "/stderr")))
                        .contains("Read-only file system");
            }
        }
    }

    @Test
    void shouldGiveNothingButLoopback() {
        try (AgentProcess agent = agent()) {
            assertThat(agent.tell("none lonely - " + SERVER.formatted(80))).startsWith("running");
            assertThat(inside("lonely", "ip -o link").lines()).hasSize(1);
            assertThat(answer(() -> host.attempt(nsenter("lonely", "curl -sSm60 http://127.0.0.1/"))))
                    .isEqualTo("127.0.0.1");
            agent.tell("end lonely");
        }
    }

    /** In this JVM: its own namespace is left alone, since the bridge works where it was opened. */
    @Test
    void shouldConnectManyAtOnce() throws IOException {
        int containers = 40;
        Path home = Files.createDirectories(directory.resolve("run/containers"));
        io.gatun.ffm.netlink.NetworkNamespace.create(own -> {
            try (own;
                    BridgeNetwork bridge = new BridgeNetwork(BridgeConfig.DEFAULT, directory.resolve("run"))) {
                // The first makes the bridge, in this thread's namespace.
                connect(bridge, home, 0).namespace().close();
                List<BridgeNetwork.Place> places = IntStream.rangeClosed(1, containers)
                        .parallel()
                        .mapToObj(i -> connect(bridge, home, i))
                        .toList();
                assertThat(places)
                        .extracting(place -> place.reservation().address())
                        .doesNotHaveDuplicates();
                places.forEach(place -> place.namespace().close());
                IntStream.rangeClosed(0, containers).parallel().forEach(i -> bridge.remove(home.resolve("c" + i)));
                assertThat(IntStream.rangeClosed(0, containers).mapToObj(i -> Reservation.load(home.resolve("c" + i))))
                        .containsOnly(Optional.empty());
                return null;
            }
        });
    }

    private static BridgeNetwork.Place connect(BridgeNetwork bridge, Path home, int i) {
        try {
            Path directory = Files.createDirectories(home.resolve("c" + i));
            NetworkConfig.Bridge wanted = new NetworkConfig.Bridge(List.of(new PortMapping(31000 + i, 80, "tcp")));
            return bridge.make("c" + i, wanted, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldNotTakeAnInterfaceOfSomebodyElse() throws IOException {
        host.run("ip", "link", "add", "gatun0", "type", "bridge");
        try (AgentProcess agent = agent()) {
            assertThat(agent.tell("bridge one - true"))
                    .contains("bridge_name=gatun0: an interface of this name exists and is not ours");
            assertThat(directory.resolve("run/containers")).isEmptyDirectory();
        }
        assertThat(host.run("ip", "-o", "link", "show", "gatun0")).contains("gatun0");
        host.run("ip", "link", "del", "gatun0");
        try (AgentProcess first = agent()) {
            first.tell("bridge one 31080:80/tcp sleep 3000");
            first.kill();
        }
        // Somebody took it away and made one of his own: that is no reason not to start.
        host.run("ip", "link", "del", "gatun0");
        host.run("ip", "link", "add", "gatun0", "type", "bridge");
        agent().close();
        assertThat(directory.resolve("run/containers")).isEmptyDirectory();
        host.run("ip", "link", "del", "gatun0");
        host.run("nft", "delete", "table", "ip", "gatun-gatun0");
        Path other = Files.createDirectories(directory.resolve("other"));
        try (AgentProcess first = agent();
                AgentProcess second = AgentProcess.start(host::command, other, other)) {
            first.tell("bridge one - sleep 3000");
            assertThat(second.tell("bridge two - true")).contains("is that of the agent with runtime_dir=/");
            first.tell("end one");
        }
        assertNothingLeft();
    }

    /** The loopback device, the uplink, and nothing else. */
    private void assertNothingLeft() {
        // The kernel removes namespaces, and devices with them, after the last process has left.
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (host.run("ip", "-o", "link").lines().count() > 2 && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        assertThat(host.run("ip", "-o", "link").lines()).hasSize(2);
        assertThat(host.run("nft", "list", "ruleset")).isEmpty();
    }

    private String inside(String container, String script) {
        return host.run(nsenter(container, script));
    }

    private String[] nsenter(String container, String script) {
        long pid = AgentProcess.pid(directory.resolve("run/containers").resolve(container));
        return new String[] {"nsenter", "--net=/proc/" + pid + "/ns/net", "--", "sh", "-c", script};
    }

    /** A server needs a moment until it listens. */
    private static String answer(Supplier<NetworkNamespace.Result> call) {
        long deadline = System.nanoTime() + 120_000_000_000L;
        NetworkNamespace.Result result = call.get();
        while (result.status() != 0 && System.nanoTime() - deadline < 0) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            result = call.get();
        }
        assertThat(result.status()).as(result.output()).isZero();
        return result.output();
    }
}
