package io.gatun.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
class NamespaceClusterTest {
    @BeforeAll
    static void needNamespaces() {
        NetworkNamespace.missing().ifPresent(Assumptions::abort);
    }

    /** A server that listens for as long as it is open: what does not reach it then is lost on the way. */
    private record Server(NamespaceCluster.Host host, Process process) implements AutoCloseable {
        static Server start(NamespaceCluster.Host host, Path log) {
            Server server = new Server(
                    host,
                    host.namespace()
                            .start(log, List.of("python3", "-m", "http.server", "80", "--bind", host.address())));
            assertThat(server.get(host, "60", "--retry", "600", "--retry-connrefused", "--retry-delay", "1"))
                    .as("it listens")
                    .isTrue();
            return server;
        }

        boolean isReachedFrom(NamespaceCluster.Host from) {
            return get(from, "60");
        }

        /** Nothing that is sent arrives, so a short wait shows no less than a long one. */
        boolean isCutOffFrom(NamespaceCluster.Host from) {
            return !get(from, "2");
        }

        private boolean get(NamespaceCluster.Host from, String seconds, String... more) {
            List<String> command = new ArrayList<>(List.of("curl", "-s", "-o", "/dev/null", "-m", seconds));
            command.addAll(List.of(more));
            command.add("http://" + host.address() + "/");
            return from.namespace().attempt(command.toArray(String[]::new)).status() == 0;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldConnectAndPartitionHosts(@TempDir Path temp) {
        try (NamespaceCluster cluster = NamespaceCluster.of(3);
                Server server = Server.start(cluster.host(1), temp.resolve("log"))) {
            assertThat(server.isReachedFrom(cluster.host(0))).isTrue();
            cluster.partition(cluster.host(1), cluster.host(2));
            assertThat(server.isCutOffFrom(cluster.host(0))).isTrue();
            assertThat(server.isReachedFrom(cluster.host(2))).isTrue();
            cluster.heal();
            assertThat(server.isReachedFrom(cluster.host(0))).isTrue();
        }
    }

    @Test
    void shouldCutOneDirectionBetweenSomeHosts() {
        try (NamespaceCluster cluster = NamespaceCluster.of(3)) {
            NamespaceCluster.Host deaf = cluster.host(0);
            List<NamespaceCluster.Host> other = List.of(cluster.host(1));
            assertThat(packetsArrive(cluster, 1, 0)).isTrue();
            cluster.cut(deaf, EnumSet.of(NamespaceCluster.Way.RECEIVING), other);
            assertThat(packetsAreLost(cluster, 1, 0)).isTrue();
            assertThat(packetsArrive(cluster, 0, 1)).isTrue();
            assertThat(packetsArrive(cluster, 2, 0)).isTrue();
            cluster.heal();
            assertThat(packetsArrive(cluster, 1, 0)).isTrue();
            cluster.cut(deaf, EnumSet.of(NamespaceCluster.Way.SENDING), other);
            assertThat(packetsArrive(cluster, 1, 0)).isTrue();
            assertThat(packetsAreLost(cluster, 0, 1)).isTrue();
            assertThat(packetsArrive(cluster, 0, 2)).isTrue();
        }
    }

    /** Whether a UDP packet of one host reaches another; there is no answer that could be lost on the way back. */
    private static boolean packetsArrive(NamespaceCluster cluster, int from, int to) {
        return received(cluster, List.of(from), to).equals("from " + from);
    }

    /** The same, when not: one that the receiver sends to itself later is the first that comes. */
    private static boolean packetsAreLost(NamespaceCluster cluster, int from, int to) {
        return received(cluster, List.of(from, to), to).equals("from " + to);
    }

    /** What comes first of the packets that some hosts send to one, one after the other. */
    private static String received(NamespaceCluster cluster, List<Integer> senders, int to) {
        String address = cluster.host(to).address();
        String receive =
                "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('%s', 9)); s.settimeout(60);"
                                .formatted(address)
                        + " print('bound', flush=True); print(s.recv(9).decode())";
        try {
            Process receiver = new ProcessBuilder(
                            cluster.host(to).namespace().command(List.of("python3", "-c", receive)))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(receiver.inputReader().readLine()).isEqualTo("bound");
            for (int sender : senders) {
                // A sender whose packet is dropped on its own host hears of it.
                String send = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'from %d', ('%s', 9))"
                        .formatted(sender, address);
                cluster.host(sender).namespace().attempt("python3", "-c", send);
            }
            String first = receiver.inputReader().readLine();
            receiver.waitFor();
            return first == null ? "nothing" : first;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldLeaveNothingBehind(@TempDir Path temp) throws IOException {
        List<String> before = devices();
        Process process;
        Path namespace;
        try (NamespaceCluster cluster = NamespaceCluster.of(2)) {
            process = cluster.host(0).namespace().start(temp.resolve("log"), List.of("sleep", "100"));
            namespace = Path.of("/proc/" + cluster.host(0).namespace().pid());
            assertThat(devices()).isEqualTo(before);
        }
        assertThat(process.isAlive()).isFalse();
        assertThat(namespace).doesNotExist();
        assertThat(devices()).isEqualTo(before);
    }

    private static List<String> devices() throws IOException {
        try (var devices = Files.list(Path.of("/sys/class/net"))) {
            return devices.map(Path::toString).sorted().toList();
        }
    }

    @Test
    void shouldRefuseAClusterOfNone() {
        assertThatThrownBy(() -> NamespaceCluster.of(0)).hasMessageContaining("count=0 must be 1 to 200");
    }
}
