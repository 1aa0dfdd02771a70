package io.gatun.ipvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.RtAddress;
import io.gatun.ffm.netlink.RtLink;
import io.gatun.mesos.flags.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What can be tried on any host: as nobody, and in a network namespace of one thread. */
final class VipControllerTest {
    @Test
    void shouldSayThatItIsOffWithoutTheRight() throws Exception {
        VipStatus status = ThreadOnly.withoutCapabilities(() -> {
            try (VipController controller = VipController.launch(new VipFlags())) {
                assertThat(controller.apply(VipTable.empty())).isZero();
                assertThat(controller.interfaceName()).isEmpty();
                return controller.status();
            }
        });
        assertThat(status.text()).isEqualTo("VIPs are off: changing addresses and IPVS needs root (CAP_NET_ADMIN)");
    }

    @Test
    void shouldHoldTheNodesAddressesWhateverTheKernelCan() throws Exception {
        assumeTrue(canUnshare(), "a network namespace needs root");
        ThreadOnly.inFreshNetwork(() -> {
            try (NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, 30_000)) {
                String linksBefore = links(route);
                try (VipController controller = VipController.launch(new VipFlags())) {
                    assertThat(addresses(route))
                            .containsExactlyInAnyOrder("198.51.100.1", "198.51.100.2", "198.51.100.3");
                    assertThat(controller.interfaceName()).isPresent();
                    boolean hasIpvs = Files.exists(Path.of("/proc/net/ip_vs"));
                    assertThat(controller.status() instanceof VipStatus.On).isEqualTo(hasIpvs);
                    if (!hasIpvs) {
                        assertThat(controller.status().text())
                                .startsWith("VIPs are off: this kernel has no ip_vs (modprobe ip_vs: ");
                    }
                }
                assertThat(addresses(route)).isEmpty();
                assertThat(links(route)).isEqualTo(linksBefore);
            }
            return null;
        });
    }

    @Test
    void shouldRemoveLeftAddressesFromLoopbackAndNothingElse() throws Exception {
        assumeTrue(canUnshare(), "a network namespace needs root");
        ThreadOnly.inFreshNetwork(() -> {
            try (NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, 30_000)) {
                route.call(new RtAddress(1, 0x0b070707, 32, "lo:vip").add());
                route.call(new RtAddress(1, 0x0a080808, 32, "lo").add());
                VipFlags flags = new VipFlags();
                flags.interfaceName = "lo";
                flags.nodeIps = List.of("198.51.100.1");
                try (VipController controller = VipController.launch(flags)) {
                    assertThat(controller.interfaceName()).contains("lo");
                    assertThat(addresses(route)).containsExactlyInAnyOrder("198.51.100.1", "10.8.8.8");
                }
                assertThat(addresses(route)).containsExactly("10.8.8.8");
            }
            return null;
        });
    }

    @Test
    void shouldRefuseFlagsThatMakeNoSense() {
        VipFlags flags = new VipFlags();
        flags.minNamedIp = "11.0.0.256";
        assertThatThrownBy(() -> VipController.launch(flags))
                .isInstanceOf(StartupException.class)
                .hasMessage("--l4lb_min_named_ip \"11.0.0.256\": not an IPv4 address; give one such as 11.0.0.0");
        flags.minNamedIp = "12.0.0.0";
        assertThatThrownBy(() -> VipController.launch(flags))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("the first must be below the last");
    }

    private static boolean canUnshare() throws Exception {
        try {
            return ThreadOnly.inFreshNetwork(() -> true);
        } catch (ExecutionException e) {
            return false;
        }
    }

    private static List<String> addresses(NetlinkSocket route) {
        return route.dump(RtAddress.dump()).stream()
                .flatMap(reply -> RtAddress.parse(reply).stream())
                .map(address -> Ipv4.of(address.address()).getHostAddress())
                .toList();
    }

    private static String links(NetlinkSocket route) {
        return route.dump(RtLink.dump()).stream()
                .map(reply -> RtLink.parse(reply).name())
                .toList()
                .toString();
    }
}
