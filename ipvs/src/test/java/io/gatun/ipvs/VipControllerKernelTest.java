package io.gatun.ipvs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a real kernel; {@code ipvsadm} and {@code ip} say what it has. */
@KernelTest
final class VipControllerKernelTest {
    private final List<ServerSocket> servers = new ArrayList<>();

    @AfterEach
    void closeServers() throws IOException {
        for (ServerSocket server : servers) {
            server.close();
        }
    }

    @Test
    void shouldForwardToLoopbackBackendsEvenly() throws Exception {
        List<VipBackend> backends = List.of(backend(), backend(), backend());
        try (VipController controller = VipController.launch(new VipFlags())) {
            assertThat(controller.status()).isEqualTo(new VipStatus.On("gatun"));
            controller.apply(table("11.1.2.3", 80, backends));
            Map<String, Integer> hits = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                hits.merge(ask("11.1.2.3", 80), 1, Integer::sum);
            }
            // wlc weighs connections that have ended too, and those expire while the loop runs: near 20, not always 20.
            assertThat(hits).hasSize(3);
            assertThat(hits.values()).allSatisfy(count -> assertThat(count).isBetween(15, 25));
        }
    }

    @Test
    void shouldNotSendNewConnectionsToARemovedBackend() throws Exception {
        VipBackend stays = backend();
        VipBackend goes = backend();
        try (VipController controller = VipController.launch(new VipFlags())) {
            controller.apply(table("11.1.2.4", 80, List.of(stays, goes)));
            assertThat(controller.apply(table("11.1.2.4", 80, List.of(stays)))).isEqualTo(1);
            for (int i = 0; i < 20; i++) {
                assertThat(ask("11.1.2.4", 80)).isEqualTo(Integer.toString(stays.port()));
            }
            VipBackend drained = new VipBackend(stays.address(), stays.port(), 0);
            controller.apply(table("11.1.2.4", 80, List.of(drained, goes)));
            for (int i = 0; i < 20; i++) {
                assertThat(ask("11.1.2.4", 80)).isEqualTo(Integer.toString(goes.port()));
            }
        }
    }

    @Test
    void shouldHoldAddressesAndRemoveAllAtTheEnd() throws Exception {
        String before = run("ip", "-o", "addr");
        try (VipController controller = VipController.launch(new VipFlags())) {
            controller.apply(table("11.1.2.5", 443, List.of(new VipBackend(ip("127.0.0.1"), 31_000, 1))));
            String addresses = run("ip", "-o", "-4", "addr", "show", "dev", "gatun");
            assertThat(addresses).contains("inet 198.51.100.1/32", "inet 198.51.100.3/32", "inet 11.1.2.5/32");
            assertThat(run("ip", "-d", "link", "show", "gatun"))
                    .contains("dummy")
                    .contains(",UP");
            assertThat(run("ipvsadm", "-Sn"))
                    .isEqualToIgnoringNewLines(
                            "-A -t 11.1.2.5:443 -s wlc-a -t 11.1.2.5:443 -r 127.0.0.1:31000 -m -w 1");
            assertThat(run("cat", "/proc/sys/net/ipv4/vs/expire_nodest_conn").strip())
                    .isEqualTo("1");
            controller.apply(VipTable.empty());
            assertThat(run("ip", "-o", "addr")).doesNotContain("11.1.2.5").contains("198.51.100.2");
            assertThat(run("ipvsadm", "-Sn")).isEmpty();
        }
        assertThat(run("ip", "-o", "addr")).isEqualTo(before);
        assertThat(run("ipvsadm", "-Sn")).isEmpty();
        assertThat(run("cat", "/proc/sys/net/ipv4/vs/expire_nodest_conn").strip())
                .isEqualTo("0");
    }

    @Test
    void shouldCompareWithTheKernelAndNotWithMemory() throws Exception {
        VipTable table = table("11.1.2.6", 80, List.of(new VipBackend(ip("127.0.0.1"), 31_000, 1)));
        try (VipController controller = VipController.launch(new VipFlags())) {
            assertThat(controller.apply(table)).isEqualTo(3);
            assertThat(controller.apply(table)).isZero();
            run("ipvsadm", "-e", "-t", "11.1.2.6:80", "-r", "127.0.0.1:31000", "-m", "-w", "7");
            run("ipvsadm", "-a", "-t", "11.1.2.6:80", "-r", "127.0.0.1:31001", "-m");
            run("ipvsadm", "-A", "-t", "11.9.9.9:80", "-s", "rr");
            run("ip", "addr", "del", "11.1.2.6/32", "dev", "gatun");
            assertThat(controller.apply(table)).isEqualTo(4);
            assertThat(run("ipvsadm", "-Sn"))
                    .isEqualToIgnoringNewLines("-A -t 11.1.2.6:80 -s wlc-a -t 11.1.2.6:80 -r 127.0.0.1:31000 -m -w 1");
            assertThat(run("ip", "-o", "addr")).contains("11.1.2.6/32");
        }
    }

    @Test
    void shouldLeaveServicesOfOthersAlone() throws Exception {
        run("ipvsadm", "-A", "-t", "10.9.9.9:80", "-s", "rr");
        try {
            try (VipController controller = VipController.launch(new VipFlags())) {
                controller.apply(table("11.1.2.7", 80, List.of()));
                controller.apply(VipTable.empty());
            }
            assertThat(run("ipvsadm", "-Sn")).isEqualToIgnoringNewLines("-A -t 10.9.9.9:80 -s rr");
        } finally {
            run("ipvsadm", "-D", "-t", "10.9.9.9:80");
        }
    }

    @Test
    void shouldRemoveWhatAKilledProcessLeft() throws Exception {
        run("ip", "link", "add", "gatun", "type", "dummy");
        run("ip", "addr", "add", "10.7.7.7/32", "dev", "gatun", "label", "gatun:vip");
        run("ip", "addr", "add", "11.7.7.7/32", "dev", "lo", "label", "lo:vip");
        run("ipvsadm", "-A", "-t", "11.7.7.7:80", "-s", "wlc");
        run("ipvsadm", "-A", "-u", "10.7.7.7:53", "-s", "wlc");
        try (VipController controller = VipController.launch(new VipFlags())) {
            assertThat(controller.interfaceName()).contains("gatun");
            assertThat(run("ipvsadm", "-Sn")).isEmpty();
            assertThat(run("ip", "-o", "addr")).doesNotContain("7.7.7").contains("198.51.100.1/32");
        }
    }

    @Test
    void shouldSayThatTheInterfaceNameIsTaken() throws Exception {
        run("ip", "link", "add", "gatun", "type", "bridge");
        try {
            assertThatThrownBy(() -> VipController.launch(new VipFlags()))
                    .isInstanceOf(StartupException.class)
                    .hasMessage(
                            "interface gatun: it exists and is not a dummy device; remove it, or choose another name"
                                    + " with --l4lb_interface");
            assertThat(run("ip", "-d", "link", "show", "gatun")).contains("bridge");
        } finally {
            run("ip", "link", "del", "gatun");
        }
    }

    @Test
    void shouldUseLoopbackWhereAskedAndTouchNothingElseThere() throws Exception {
        VipFlags flags = new VipFlags();
        flags.interfaceName = "lo";
        VipBackend backend = backend();
        run("ip", "addr", "add", "10.8.8.8/32", "dev", "lo");
        String before = run("ip", "-o", "addr");
        try {
            try (VipController controller = VipController.launch(flags)) {
                assertThat(controller.status()).isEqualTo(new VipStatus.On("lo"));
                controller.apply(table("11.1.2.8", 80, List.of(backend)));
                assertThat(ask("11.1.2.8", 80)).isEqualTo(Integer.toString(backend.port()));
            }
            assertThat(run("ip", "-o", "addr")).isEqualTo(before);
        } finally {
            run("ip", "addr", "del", "10.8.8.8/32", "dev", "lo");
        }
    }

    @Test
    void shouldTakeAnotherSchedulerWhereTheKernelLacksTheWanted() throws Exception {
        VipFlags flags = new VipFlags();
        flags.scheduler = "nosuch";
        try (VipController controller = VipController.launch(flags)) {
            controller.apply(table("11.1.2.9", 80, List.of(new VipBackend(ip("127.0.0.1"), 31_000, 1))));
            assertThat(run("ipvsadm", "-Sn"))
                    .isEqualToIgnoringNewLines("-A -t 11.1.2.9:80 -s wrr-a -t 11.1.2.9:80 -r 127.0.0.1:31000 -m -w 1");
        }
    }

    @Test
    void shouldProgramAThousandVirtualIps() throws Exception {
        List<Vip> vips = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            List<VipBackend> backends = new ArrayList<>();
            for (int j = 0; j < 10; j++) {
                backends.add(new VipBackend(Ipv4.of((10 << 24) + i * 10 + j + 1), 8_000, 1));
            }
            vips.add(new Vip(Optional.of("v" + i), VipProtocol.TCP, Ipv4.of((11 << 24) + i + 1), 80, backends));
        }
        VipTable table = new VipTable(vips, List.of());
        try (VipController controller = VipController.launch(new VipFlags())) {
            assertThat(controller.apply(table)).isEqualTo(12_000);
            assertThat(controller.apply(table)).isZero();
            assertThat(run("ipvsadm", "-Sn").lines()).hasSize(11_000);
        }
    }

    private static VipTable table(String address, int port, List<VipBackend> backends) {
        Vip vip = new Vip(Optional.of("web.marathon"), VipProtocol.TCP, ip(address), port, backends);
        return new VipTable(List.of(vip), List.of());
    }

    private static Inet4Address ip(String text) {
        return Ipv4.parse(text).orElseThrow();
    }

    /** A server on loopback that tells its port to every client. */
    private VipBackend backend() throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        servers.add(server);
        Thread.ofPlatform().daemon().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream()
                            .write(Integer.toString(server.getLocalPort()).getBytes(UTF_8));
                } catch (IOException e) {
                    assertThat(server.isClosed()).as(e.toString()).isTrue();
                }
            }
        });
        return new VipBackend(ip("127.0.0.1"), server.getLocalPort(), 1);
    }

    private static String ask(String address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 60_000);
            socket.setSoTimeout(60_000);
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", command) + ": " + output)
                .isZero();
        return output;
    }
}
