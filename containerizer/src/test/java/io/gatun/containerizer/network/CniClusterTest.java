package io.gatun.containerizer.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.containerizer.ContainerStatus;
import io.gatun.containerizer.network.cni.CniNetwork;
import io.gatun.testkit.net.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Networks made by the standard plugins, as Debian packages them, in a network namespace of the test. */
@Tag("cluster")
@Timeout(900)
final class CniClusterTest {
    @TempDir
    Path directory;

    private Path networks;
    private NetworkNamespace host;

    @BeforeAll
    static void requireTools() {
        assumeTrue(
                NetworkNamespace.missing().isEmpty(),
                () -> NetworkNamespace.missing().get());
        assumeTrue(
                Files.isExecutable(Path.of("/usr/lib/cni/bridge")),
                "needs plugins: apt-get install containernetworking-plugins");
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/iptables-save")), "needs iptables: apt-get install iptables");
    }

    @BeforeEach
    void configure() throws IOException {
        networks = Files.createDirectories(directory.resolve("net.d"));
        Files.writeString(networks.resolve("10-front.conflist"), """
                {"cniVersion": "1.0.0", "name": "front", "plugins": [
                  {"type": "bridge", "bridge": "front0", "isGateway": true, "ipMasq": false,
                   "dns": {"nameservers": ["10.61.0.53"], "search": ["front.example"]},
                   "ipam": {"type": "host-local", "subnet": "10.61.0.0/24", "dataDir": "%s",
                            "routes": [{"dst": "0.0.0.0/0"}]}},
                  {"type": "tuning", "sysctl": {"net.ipv4.conf.all.log_martians": "1"}},
                  {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}]}
                """.formatted(directory.resolve("leases")));
        Files.writeString(networks.resolve("20-back.conf"), """
                {"cniVersion": "0.4.0", "name": "back", "type": "ptp",
                 "ipam": {"type": "host-local", "subnet": "10.62.0.0/24", "dataDir": "%s"}}
                """.formatted(directory.resolve("leases")));
        Files.writeString(networks.resolve("30-broken.conf"), "{\"name\": ");
        host = NetworkNamespace.create();
    }

    @AfterEach
    void disconnect() {
        AgentProcess.killContainers(directory);
        host.close();
    }

    private AgentProcess agent(String... expected) {
        return AgentProcess.start(host::command, directory, networks, expected);
    }

    @Test
    void shouldJoinSeveralNetworks() throws IOException {
        try (AgentProcess agent = agent()) {
            assertThat(agent.tell("cni one front=31080:8080/tcp,back sleep 3000"))
                    .startsWith("running");
            assertThat(inside("one", "ip -o -4 addr"))
                    .contains("127.0.0.1/8", "eth0    inet 10.61.0.2/24", "eth1    inet 10.62.0.2/24");
            assertThat(inside("one", "cat /proc/sys/net/ipv4/conf/all/log_martians"))
                    .isEqualTo("1");
            assertThat(CniNetwork.networks(directory.resolve("run/containers/one")))
                    .containsExactly(
                            new ContainerStatus.Network("front", "eth0", List.of("10.61.0.2")),
                            new ContainerStatus.Network("back", "eth1", List.of("10.62.0.2")));
            assertThat(AgentProcess.text(directory.resolve("run/containers/one/resolv.conf")))
                    .isEqualTo("search front.example\nnameserver 10.61.0.53\n");
            assertThat(AgentProcess.text(directory.resolve("run/containers/one/hosts")))
                    .contains("10.61.0.2\tone\n10.62.0.2\tone\n");
            assertThat(host.run("iptables-save", "-t", "nat")).contains("--dport 31080", "10.61.0.2:8080");

            // An operator adds a network while the agent runs.
            Files.writeString(networks.resolve("40-late.conf"), """
                    {"cniVersion": "1.0.0", "name": "late", "type": "ptp",
                     "ipam": {"type": "host-local", "subnet": "10.63.0.0/24", "dataDir": "%s"}}
                    """.formatted(directory.resolve("leases")));
            assertThat(agent.tell("cni two late sleep 3000")).startsWith("running");
            assertThat(inside("two", "ip -o -4 addr show eth0")).contains("10.63.0.2/24");

            assertThat(agent.tell("end two")).startsWith("ended terminated by signal 9");
            assertThat(agent.tell("end one")).isEqualTo("ended terminated by signal 9");
        }
        assertNothingLeft();
    }

    @Test
    void shouldReportWhatAPluginSays() throws IOException {
        Files.writeString(networks.resolve("50-full.conf"), """
                {"cniVersion": "1.0.0", "name": "full", "type": "ptp", "ipam": {"type": "host-local",
                 "subnet": "10.64.0.0/24", "rangeStart": "10.64.0.9", "rangeEnd": "10.64.0.9", "dataDir": "%s"}}
                """.formatted(directory.resolve("leases")));
        Files.writeString(networks.resolve("51-absent.conf"), "{\"name\": \"absent\", \"type\": \"nosuch\"}");
        Files.writeString(
                networks.resolve("52-future.conf"),
                "{\"cniVersion\": \"0.2.0\", \"name\": \"old\", \"type\": \"ptp\"}");
        try (AgentProcess agent = agent()) {
            assertThat(agent.tell("cni one full sleep 3000")).startsWith("running");
            assertThat(agent.tell("cni two front,full sleep 3000"))
                    .contains("network full: plugin ptp ADD: code 999: ", "no IP addresses available");
            // The network that was joined before is left again.
            assertThat(Files.exists(directory.resolve("leases/front/10.61.0.2")))
                    .isFalse();
            assertThat(directory.resolve("run/containers/two")).doesNotExist();
            assertThat(agent.tell("cni two missing sleep 3000"))
                    .contains(
                            "network.name=missing: no such network in " + networks,
                            "there are [front, back, full, absent, old]",
                            "30-broken.conf: is not JSON");
            assertThat(agent.tell("cni two absent sleep 3000"))
                    .contains("network absent: type=nosuch: no such program in /usr/lib/cni");
            assertThat(agent.tell("cni two old sleep 3000"))
                    .contains("network old: cniVersion=[0.2.0]: its plugins speak");
            agent.tell("end one");
        }
        assertNothingLeft();
    }

    @Test
    void shouldLeaveNetworksOfWhatEndedWhileNoAgentWasThere() throws IOException {
        try (AgentProcess first = agent()) {
            // Without a port: CHECK of portmap 1.1.1 misses an IPv6 chain that its own ADD did not make.
            assertThat(first.tell("cni stays front sleep 3000")).startsWith("running");
            assertThat(first.tell("cni goes back sleep 3000")).startsWith("running");
            first.kill();
        }
        // DEL is called as ADD was, whatever has become of the file.
        Files.delete(networks.resolve("20-back.conf"));
        try (AgentProcess second = agent("stays")) {
            assertThat(directory.resolve("leases/back/10.62.0.2")).doesNotExist();
            assertThat(directory.resolve("leases/front/10.61.0.2"))
                    .as(() -> AgentProcess.text(directory.resolve("agent.log")))
                    .exists();
            assertThat(inside("stays", "ip -o -4 addr show eth0")).contains("10.61.0.2/24");
            assertThat(second.logged()).doesNotContain("container stays: network");
            inside("stays", "ip addr flush dev eth0");
            second.kill();
        }
        try (AgentProcess third = agent("stays")) {
            assertThat(third.logged()).contains("container stays: network front: plugin bridge CHECK: code ");
            assertThat(third.tell("end stays")).startsWith("ended");
        }
        assertNothingLeft();
    }

    /** No lease, no translation, no interface but the plugins' own bridge. */
    private void assertNothingLeft() throws IOException {
        try (var leases = Files.walk(directory.resolve("leases"))) {
            assertThat(leases.filter(file -> file.getFileName().toString().startsWith("10.")))
                    .isEmpty();
        }
        assertThat(host.run("iptables-save", "-t", "nat")).doesNotContain("31080");
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (host.run("ip", "-o", "link").contains("veth") && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        assertThat(host.run("ip", "-o", "link")).doesNotContain("veth");
    }

    private String inside(String container, String script) {
        long pid = AgentProcess.pid(directory.resolve("run/containers").resolve(container));
        return host.run("nsenter", "--net=/proc/" + pid + "/ns/net", "--", "sh", "-c", script);
    }
}
