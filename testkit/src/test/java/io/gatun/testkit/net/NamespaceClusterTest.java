package io.gatun.testkit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private static boolean reaches(NamespaceCluster.Host from, NamespaceCluster.Host to, Path log) throws Exception {
        Process server =
                to.namespace().start(log, List.of("python3", "-m", "http.server", "80", "--bind", to.address()));
        try {
            String url = "http://" + to.address() + "/";
            return from.namespace()
                            .attempt(
                                    "curl",
                                    "-s",
                                    "-o",
                                    "/dev/null",
                                    "--retry",
                                    "20",
                                    "--retry-connrefused",
                                    "--retry-delay",
                                    "0",
                                    "--retry-max-time",
                                    "8",
                                    "-m",
                                    "4",
                                    url)
                            .status()
                    == 0;
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void shouldConnectAndPartitionHosts(@TempDir Path temp) throws Exception {
        Path log = temp.resolve("log");
        try (NamespaceCluster cluster = NamespaceCluster.of(3)) {
            assertThat(reaches(cluster.host(0), cluster.host(1), log)).isTrue();
            cluster.partition(cluster.host(1), cluster.host(2));
            assertThat(reaches(cluster.host(0), cluster.host(1), log)).isFalse();
            assertThat(reaches(cluster.host(2), cluster.host(1), log)).isTrue();
            cluster.heal();
            assertThat(reaches(cluster.host(0), cluster.host(1), log)).isTrue();
        }
    }

    @Test
    void shouldCutOneDirectionBetweenSomeHosts() {
        try (NamespaceCluster cluster = NamespaceCluster.of(3)) {
            NamespaceCluster.Host deaf = cluster.host(0);
            List<NamespaceCluster.Host> other = List.of(cluster.host(1));
            assertThat(packetsArrive(cluster, 1, 0)).isTrue();
            cluster.cut(deaf, EnumSet.of(NamespaceCluster.Way.RECEIVING), other);
            assertThat(packetsArrive(cluster, 1, 0)).isFalse();
            assertThat(packetsArrive(cluster, 0, 1)).isTrue();
            assertThat(packetsArrive(cluster, 2, 0)).isTrue();
            cluster.heal();
            assertThat(packetsArrive(cluster, 1, 0)).isTrue();
            cluster.cut(deaf, EnumSet.of(NamespaceCluster.Way.SENDING), other);
            assertThat(packetsArrive(cluster, 1, 0)).isTrue();
            assertThat(packetsArrive(cluster, 0, 1)).isFalse();
            assertThat(packetsArrive(cluster, 0, 2)).isTrue();
        }
    }

    /** Whether UDP packets of one host reach another; there is no answer that could be lost on the way back. */
    private static boolean packetsArrive(NamespaceCluster cluster, int from, int to) {
        String receive = "import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('%s', 9)); s.settimeout(2);"
                        .formatted(cluster.host(to).address())
                + " print('bound', flush=True); print(s.recv(9))";
        String send = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('%s', 9))"
                .formatted(cluster.host(to).address());
        try {
            Process receiver = new ProcessBuilder(
                            cluster.host(to).namespace().command(List.of("python3", "-c", receive)))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            receiver.inputReader().readLine();
            // A sender whose packet is dropped on its own host hears of it.
            cluster.host(from).namespace().attempt("python3", "-c", send);
            return receiver.waitFor() == 0;
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
