package io.gatun.mesos.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;

final class ReservedPortTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void shouldLetItsOwnerListenAgainAndAgain() throws IOException {
        try (ReservedPort reserved = ReservedPort.onLoopback()) {
            for (int i = 0; i < 3; i++) {
                try (ServerSocketChannel server = ServerSocketChannel.open()) {
                    server.bind(new InetSocketAddress(LOOPBACK, reserved.port()));
                    try (Socket client = new Socket(LOOPBACK, reserved.port())) {
                        server.accept().close(); // leaves the connection in TIME_WAIT at this end
                        assertThat(client.getInputStream().read()).isEqualTo(-1);
                    }
                }
                assertThatThrownBy(() -> new Socket(LOOPBACK, reserved.port()).close())
                        .as("nobody listens")
                        .isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void shouldNotReserveWhereSomethingListens() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(LOOPBACK, 0));
            assertThatThrownBy(() -> ReservedPort.on((InetSocketAddress) server.getLocalAddress()))
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void shouldBeNobodyElses() throws IOException {
        try (ReservedPort reserved = ReservedPort.onLoopback();
                Socket strict = new Socket()) {
            strict.setReuseAddress(false);
            assertThatThrownBy(() -> strict.bind(new InetSocketAddress(LOOPBACK, reserved.port())))
                    .hasMessageContaining("Address already in use");
        }
    }
}
