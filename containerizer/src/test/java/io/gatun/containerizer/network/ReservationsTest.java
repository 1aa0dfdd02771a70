package io.gatun.containerizer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.DnsConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.PortMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReservationsTest {
    private static final BridgeConfig SMALL = BridgeConfig.parse("gatun0", "10.1.2.0/29", 0);
    private static final NetworkConfig.Bridge ANY = new NetworkConfig.Bridge(List.of());

    @TempDir
    Path directory;

    @Test
    void shouldReadSubnets() {
        Subnet subnet = SMALL.subnet();
        assertThat(subnet).hasToString("10.1.2.0/29");
        assertThat(Subnet.text(subnet.gateway())).isEqualTo("10.1.2.1");
        assertThat(Subnet.text(subnet.first())).isEqualTo("10.1.2.2");
        assertThat(Subnet.text(subnet.last())).isEqualTo("10.1.2.6");
        assertThat(subnet.size()).isEqualTo(5);
        assertThat(subnet.holds(Subnet.address("a", "10.1.2.7"))).isFalse();
        assertThat(new Subnet(0xfffffff8, 29).holds(0xfffffffe)).isTrue();
        assertThat(Subnet.mac(0x0a010202)).containsExactly(2, 0x67, 10, 1, 2, 2);
        for (String text : List.of("10.1.2.0", "10.1.2.0/30", "10.1.2.1/29", "10.1.2.300/24", "ten/8", "10.1.2.0/7")) {
            assertThatThrownBy(() -> Subnet.parse("bridge_subnet", text)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Subnet.parse("bridge_subnet", "172.29.0.0"))
                .hasMessage("bridge_subnet=172.29.0.0: must be a network such as 172.29.0.0/16");
        assertThatThrownBy(() -> BridgeConfig.parse("a name", "172.29.0.0/16", 0))
                .hasMessageStartingWith("bridge_name=a name: must be 1 to 15 of");
        assertThatThrownBy(() -> BridgeConfig.parse("br", "172.29.0.0/16", 100))
                .hasMessage("bridge_mtu=100: must be 0 (the default) or 576 to 65535");
    }

    @Test
    void shouldLetAnAddressRestBeforeItIsGivenAgain() {
        Reservations reservations = new Reservations(SMALL, List.of());
        Reservation first = reservations.take("a", ANY);
        assertThat(Subnet.text(first.address())).isEqualTo("10.1.2.2");
        reservations.release(first);
        for (String expected : List.of("10.1.2.3", "10.1.2.4", "10.1.2.5", "10.1.2.6", "10.1.2.2")) {
            assertThat(Subnet.text(reservations.take(expected, ANY).address())).isEqualTo(expected);
        }
        assertThatThrownBy(() -> reservations.take("more", ANY))
                .hasMessage("bridge_subnet=10.1.2.0/29: all 5 addresses are taken by containers");
    }

    @Test
    void shouldGiveAnAddressAndAPortOnce() {
        PortMapping web = new PortMapping(80, 8080, "tcp");
        Reservation known = new Reservation("old", "gatun0", Subnet.address("a", "10.1.2.3"), List.of(web));
        Reservations reservations = new Reservations(SMALL, List.of(known));
        assertThat(Subnet.text(reservations.take("a", ANY).address())).isEqualTo("10.1.2.2");
        assertThat(Subnet.text(reservations.take("b", ANY).address())).isEqualTo("10.1.2.4");
        assertThatThrownBy(() -> reservations.take("c", new NetworkConfig.Bridge(List.of(web))))
                .hasMessage("portMapping.hostPort=80/tcp: leads to container old already");
        assertThatThrownBy(() -> reservations.take("c", wanted("10.1.2.3")))
                .hasMessage("network.address=10.1.2.3: is container old's");
        assertThatThrownBy(() -> reservations.take("c", wanted("10.9.9.9")))
                .hasMessage("network.address=10.9.9.9: must be one of 10.1.2.2 to 10.1.2.6");
        reservations.release(known);
        // A second release of the same must not take what another has by now.
        Reservation next = reservations.take("c", wanted("10.1.2.3"));
        reservations.release(known);
        assertThat(reservations.all()).contains(next);
        assertThat(reservations
                        .take("d", new NetworkConfig.Bridge(List.of(web)))
                        .ports())
                .containsExactly(web);
    }

    private static NetworkConfig.Bridge wanted(String address) {
        return new NetworkConfig.Bridge(List.of(), Optional.of(address), DnsConfig.DEFAULT);
    }

    @Test
    void shouldKeepReservationsInFiles() throws IOException {
        Path home = Files.createDirectories(directory.resolve("web.1"));
        assertThat(Reservation.load(home)).isEmpty();
        Reservation reservation = new Reservation(
                "web.1",
                "gatun0",
                0xac1d0002,
                List.of(new PortMapping(80, 8080, "tcp"), new PortMapping(53, 53, "udp")));
        reservation.save(home);
        assertThat(Reservation.load(home)).contains(reservation);
        new Reservation("web.1", "gatun0", 0xac1d0003, List.of()).save(home);
        assertThat(Reservation.load(home).orElseThrow().ports()).isEmpty();
        Reservation.delete(home);
        Reservation.delete(home);
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void shouldReadDefaultNameServersAsMesosDoes() {
        DnsDefaults defaults = DnsDefaults.parse("""
                {"mesos": [{"network_mode": "CNI", "network_name": "net1", "dns": {"nameservers": ["8.8.8.8"]}},
                           {"network_mode": "CNI", "dns": {"nameservers": ["9.9.9.9"], "search": ["a.example"]}}],
                 "docker": [{"network_mode": "BRIDGE", "dns": {"nameservers": ["1.1.1.1"]}}]}
                """);
        assertThat(defaults.of("net1").nameservers()).containsExactly("8.8.8.8");
        assertThat(defaults.of("net2")).isEqualTo(new DnsConfig(List.of("9.9.9.9"), List.of("a.example"), List.of()));
        assertThat(DnsDefaults.NONE.of("net2")).isEqualTo(DnsConfig.DEFAULT);
        assertThatThrownBy(() -> DnsDefaults.parse("{")).hasMessageStartingWith("default_container_dns: is not JSON");
        assertThatThrownBy(() -> DnsDefaults.parse("{\"mesos\": [{\"network_mode\": \"HOST\"}]}"))
                .hasMessage("default_container_dns: network_mode=HOST: must be CNI");
        assertThatThrownBy(() ->
                        DnsDefaults.parse("{\"mesos\": [{\"network_mode\": \"CNI\"}, {\"network_mode\": \"CNI\"}]}"))
                .hasMessage("default_container_dns: network_name=: is there twice");
    }
}
