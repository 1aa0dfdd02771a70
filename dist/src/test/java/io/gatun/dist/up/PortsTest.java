package io.gatun.dist.up;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.mesos.flags.StartupException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class PortsTest {
    @Test
    void shouldNameTheFlagOfABusyTcpPort() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            UpFlags flags = anyPorts();
            flags.marathonPort = busy.getLocalPort();

            assertThatThrownBy(() -> Ports.requireFree(flags))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("tcp port " + busy.getLocalPort() + " on 127.0.0.1 for Marathon")
                    .hasMessageContaining("--marathon_port");
        }
    }

    @Test
    void shouldNameTheFlagOfABusyUdpPort() throws Exception {
        try (DatagramSocket busy = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            UpFlags flags = anyPorts();
            flags.dnsPort = busy.getLocalPort();

            assertThatThrownBy(() -> Ports.requireFree(flags))
                    .hasMessageContaining("udp port " + busy.getLocalPort())
                    .hasMessageContaining("--dns_port");
        }
    }

    @Test
    void shouldRefuseAnAddressOfAnotherMachine() {
        UpFlags flags = anyPorts();
        flags.ip = "192.0.2.1";
        flags.masterPort = 5050;

        assertThatThrownBy(() -> Ports.requireFree(flags)).hasMessageContaining("192.0.2.1");
    }

    @Test
    void shouldLeaveFreePortsFree() throws Exception {
        UpFlags flags = anyPorts();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            flags.agentPort = free.getLocalPort();
        }

        assertThatCode(() -> {
                    Ports.requireFree(flags);
                    Ports.requireFree(flags);
                })
                .doesNotThrowAnyException();
    }

    private static UpFlags anyPorts() {
        UpFlags flags = new UpFlags();
        flags.zookeeperPort = 0;
        flags.masterPort = 0;
        flags.agentPort = 0;
        flags.marathonPort = 0;
        flags.dnsPort = 0;
        flags.mesosDnsPort = 0;
        flags.netPort = 0;
        return flags;
    }
}
