package io.gatun.ffm.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.ffm.Errno;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.process.Credentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What we make is what {@code ip} and {@code nft} read back; each test in network namespaces of its own. */
@Tag("cluster")
final class NetworkClusterTest {
    private static final long TIMEOUT_MS = 30_000;
    private static final byte[] MAC = {2, 0x67, (byte) 172, 29, 0, 2};
    private static final NftTable TABLE = new NftTable("gatun-t0");
    private static final NftPortMap PORTS = new NftPortMap(TABLE, "host-ports");
    private static final NftPortMap.Element WEB = new NftPortMap.Element(6, 31080, 0xac1d0002, 80);

    @BeforeAll
    static void requireRootAndTools() {
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nft")), "needs nft: apt-get install nftables");
    }

    @Test
    void shouldMakeABridgeAndAVethIntoAnotherNamespace() {
        NetworkNamespace.create(host -> NetworkNamespace.create(container -> {
            try (host;
                    container) {
                NetworkNamespace.in(host.fd(), () -> makeHost(container));
                try (NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, TIMEOUT_MS)) {
                    RtLink eth0 = RtLink.parse(route.call(RtLink.get("eth0")).getFirst());
                    assertThat(eth0.kind()).contains("veth");
                    route.transact(List.of(
                            RtLink.up(RtLink.LOOPBACK_INDEX, "lo"),
                            RtLink.up(eth0.index(), "eth0"),
                            new RtAddress(eth0.index(), 0xac1d0002, 16, "eth0").addGlobal(),
                            RtRoute.addDefault(0xac1d0001, eth0.index())));
                }
                assertThat(run("ip", "-o", "link", "show", "lo")).contains("UP");
                assertThat(run("ip", "-o", "-4", "addr", "show", "eth0"))
                        .contains("inet 172.29.0.2/16", "scope global eth0");
                assertThat(run("ip", "link", "show", "eth0")).contains("02:67:ac:1d:00:02", "mtu 1400", "LOWER_UP");
                assertThat(run("ip", "route")).contains("default via 172.29.0.1 dev eth0 proto static");
                assertThat(reaches("172.29.0.1")).isTrue();
                return null;
            }
        }));
    }

    private static Object makeHost(OwnedFd container) {
        try (NetlinkSocket route = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, TIMEOUT_MS)) {
            route.call(RtBridge.create("t0", new byte[] {2, 0x67, (byte) 172, 29, 0, 1}, OptionalInt.empty()));
            int bridge = RtLink.parse(route.call(RtLink.get("t0")).getFirst()).index();
            route.transact(List.of(
                    new RtAddress(bridge, 0xac1d0001, 16, "t0").addGlobal(),
                    new RtVeth("v-ac1d0002", bridge, "eth0", container.fd(), MAC, OptionalInt.of(1400)).create(),
                    RtBridge.hairpin("v-ac1d0002"),
                    RtLink.alias("v-ac1d0002", "task.1")));
            assertThat(run("bridge", "-d", "link", "show")).contains("master t0", "hairpin on");
            assertThat(run("ip", "link", "show", "v-ac1d0002")).contains("alias task.1", "mtu 1400");
            assertThat(run("ip", "link", "show", "t0")).contains("02:67:ac:1d:00:01", "UP");
            assertThat(RtLink.parse(route.call(RtLink.get("t0")).getFirst()).mac())
                    .isEqualTo("02:67:ac:1d:00:01");
            RtLink port = RtLink.parse(route.call(RtLink.get("v-ac1d0002")).getFirst());
            assertThat(port.master()).isEqualTo(bridge);
            assertThat(port.alias()).isEqualTo("task.1");
            return null;
        }
    }

    @Test
    void shouldMakeATableThatNftReadsBack() {
        NetworkNamespace.create(own -> {
            try (own;
                    NetlinkSocket netfilter = NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER, TIMEOUT_MS)) {
                makeTable(netfilter);
                // Again: it is there already, and the same, and keeps its elements.
                NftTable.commit(netfilter, List.of(PORTS.add(WEB)));
                makeTable(netfilter);
                assertThat(run("nft", "list", "table", "ip", "gatun-t0").replace("\t", ""))
                        .contains("""
                                type inet_proto . inet_service : ipv4_addr . inet_service
                                elements = { tcp . 31080 : 172.29.0.2 . 80 }
                                """, """
                                type nat hook prerouting priority dstnat; policy accept;
                                fib daddr type local dnat ip to meta l4proto . th dport map @host-ports
                                }""", """
                                type filter hook prerouting priority raw; policy accept;
                                iifname "t0" ip daddr 127.0.0.0/8 drop
                                iifname "t0" ip saddr != 172.29.0.0/16 drop
                                }""", """
                                type nat hook postrouting priority srcnat; policy accept;
                                oifname != "t0" ip saddr 172.29.0.0/16 masquerade
                                oifname "t0" ct status dnat iifname "t0" masquerade
                                }""");
                NftTable.commit(netfilter, List.of(TABLE.delete()));
                assertThat(run("nft", "list", "ruleset")).isEmpty();
                return null;
            }
        });
    }

    private static void makeTable(NetlinkSocket netfilter) {
        NftTable.commit(
                netfilter,
                List.of(
                        TABLE.create(),
                        TABLE.chain("ports", "nat", NftTable.Hook.PREROUTING, -100),
                        TABLE.chain("guard", "filter", NftTable.Hook.PREROUTING, -300),
                        TABLE.chain("masquerade", "nat", NftTable.Hook.POSTROUTING, 100),
                        TABLE.flush("ports"),
                        TABLE.flush("guard"),
                        TABLE.flush("masquerade"),
                        PORTS.create(1),
                        NftRule.in(TABLE, "ports")
                                .destinationIsLocal()
                                .destinationByMap(PORTS)
                                .append(),
                        NftRule.in(TABLE, "guard")
                                .from("t0")
                                .destinationIn(0x7f000000, 8)
                                .drop()
                                .append(),
                        NftRule.in(TABLE, "guard")
                                .from("t0")
                                .sourceNotIn(0xac1d0000, 16)
                                .drop()
                                .append(),
                        NftRule.in(TABLE, "masquerade")
                                .notTo("t0")
                                .sourceIn(0xac1d0000, 16)
                                .masquerade()
                                .append(),
                        NftRule.in(TABLE, "masquerade")
                                .to("t0")
                                .destinationTranslated()
                                .from("t0")
                                .masquerade()
                                .append()));
    }

    @Test
    void shouldTakeABatchAsAWholeOrNotAtAll() {
        NetworkNamespace.create(own -> {
            try (own;
                    NetlinkSocket netfilter = NetlinkSocket.open(NetlinkSocket.NETLINK_NETFILTER, TIMEOUT_MS)) {
                makeTable(netfilter);
                NftPortMap.Element dns = new NftPortMap.Element(17, 53, 0xac1d0003, 5353);
                NftTable.commit(netfilter, List.of(PORTS.add(WEB)));
                NftPortMap.Element sameHostPort = new NftPortMap.Element(6, 31080, 0xac1d0003, 80);
                assertThatThrownBy(() -> NftTable.commit(netfilter, List.of(PORTS.add(dns), PORTS.add(sameHostPort))))
                        .isInstanceOfSatisfying(
                                SyscallException.class,
                                e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
                        .hasMessageStartingWith("NFT_MSG_NEWSETELEM 6/31080 to 172.29.0.3:80: EEXIST");
                assertThat(PORTS.elements(netfilter)).containsExactly(WEB);
                NftTable.commit(netfilter, List.of(PORTS.add(dns), PORTS.remove(WEB)));
                assertThat(PORTS.elements(netfilter)).containsExactly(dns);
                assertThatThrownBy(() -> NftTable.commit(netfilter, List.of(PORTS.remove(WEB))))
                        .isInstanceOfSatisfying(
                                SyscallException.class,
                                e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
                return null;
            }
        });
    }

    @Test
    void shouldTellWhoListens() {
        NetworkNamespace.create(own -> {
            try (own;
                    NetlinkSocket diag = NetlinkSocket.open(NetlinkSocket.NETLINK_SOCK_DIAG, TIMEOUT_MS);
                    ServerSocket any = new ServerSocket(0)) {
                new ServerSocket(0).close();
                assertThat(SockDiag.listening(diag).values()).containsExactly(any.getLocalPort());
                String inode = "socket:["
                        + SockDiag.listening(diag).keySet().iterator().next() + "]";
                try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
                    assertThat(descriptors.filter(fd -> leadsTo(fd, inode))).hasSize(1);
                }
                return null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static boolean leadsTo(Path descriptor, String target) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(target);
        } catch (IOException e) {
            return false; // that of the listing, closed by now
        }
    }

    private static boolean reaches(String address) {
        try {
            return InetAddress.getByName(address).isReachable(30_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as(String.join(" ", command) + ": " + output)
                    .isZero();
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
