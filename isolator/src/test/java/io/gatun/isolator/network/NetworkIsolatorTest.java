package io.gatun.isolator.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.DnsConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.IdMapping;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.Attachment;
import io.gatun.isolator.NetworkConfig.PortMapping;
import io.gatun.isolator.Phase;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NetworkIsolatorTest {
    private static final Set<Namespace> ROOTS = EnumSet.of(Namespace.PID, Namespace.MOUNT);
    private static final NetworkConfig.Cni CNI =
            new NetworkConfig.Cni(List.of(new Attachment("web")), DnsConfig.DEFAULT);

    @Test
    void shouldAddNothingForTheHostsNetwork() {
        assertThat(new NetworkIsolator(true).rows(launch(NetworkConfig.HOST, ROOTS)))
                .isEmpty();
    }

    @Test
    void shouldCloneAnEmptyNamespaceAndTakeLoopbackUp() {
        String plan = Isolators.standard()
                .plan(launch(new NetworkConfig.None(), ROOTS))
                .toString();
        assertThat(plan)
                .containsPattern("clone3\\(\\{flags=[A-Z_|]*CLONE_NEWNET")
                .contains(
                        "loopback       loopback_socket = socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, 0)",
                        "loopback       ioctl(loopback_socket, SIOCSIFFLAGS, {ifr_name=\"lo\", ifr_flags=IFF_UP})");
    }

    @Test
    void shouldLeaveLoopbackToWhoeverMadeTheNamespaceAhead() {
        SyscallRecord join = SyscallRecord.of(Syscall.SETNS, "ahead", Operand.of(7));
        LaunchPlan plan = Isolators.standard().plan(launch(new NetworkConfig.None(), ROOTS));
        assertThat(plan.childTable(List.of(join), Map.of(Phase.LOOPBACK, List.of()))
                        .records())
                .startsWith(join)
                .hasSize(plan.childTable().records().size() - 1)
                .noneMatch(record -> record.object().equals("lo"));
    }

    @Test
    void shouldJoinANamespaceThatWasMadeBefore() {
        for (NetworkConfig network : List.of(new NetworkConfig.Bridge(List.of()), CNI)) {
            assertThat(Isolators.standard().plan(launch(network, ROOTS)).toString())
                    .contains("join           setns(<netns>, CLONE_NEWNET)")
                    .doesNotContain("CLONE_VFORK|CLONE_NEWNET");
        }
    }

    @Test
    void shouldRefuseWhatThisAgentCannotDo() {
        Set<Namespace> rootless = EnumSet.of(Namespace.USER, Namespace.PID);
        assertThat(Isolators.standard().problems(launch(new NetworkConfig.Bridge(List.of()), rootless)))
                .contains(
                        "network=bridge: needs an agent that runs as root with CAP_NET_ADMIN",
                        "network=bridge: needs a mount namespace for its /etc/resolv.conf, which containers do not get"
                                + " here");
        assertThat(Isolators.parse("network/bridge").problems(launch(CNI, ROOTS)))
                .containsExactly("network=web: needs the isolator network/cni, but --isolation selects network/bridge");
        assertThat(Isolators.parse("network/cni").problems(launch(CNI, ROOTS))).isEmpty();
        LaunchContext mapped = launch(CNI, ROOTS);
        mapped = new LaunchContext(
                mapped.config().with(NamespaceConfig.DEFAULT.with(Optional.of(new IdMapping(100_000, 65_536)))),
                mapped.host(),
                mapped.identity(),
                mapped.runtime());
        assertThat(new NetworkIsolator(true).problems(mapped))
                .containsExactly(
                        "network=cni: is joined with rights of the host, which a container with namespaces.ids has"
                                + " given up; host and none are possible");
    }

    @Test
    void shouldSelectAtMostOneNetworkBesidePorts() {
        assertThat(Isolators.parse("cgroups/cpu").has("network/cni")).isTrue();
        assertThat(Isolators.parse("network/ports").names()).containsExactlyInAnyOrder("network/ports", "network/cni");
        assertThat(Isolators.parse("network/ports,network/bridge").has("network/cni"))
                .isFalse();
        assertThatThrownBy(() -> Isolators.parse("network/cni,network/bridge"))
                .hasMessageContaining("at most one of network/*");
    }

    @Test
    void shouldRefuseContradictions() {
        PortMapping web = new PortMapping(31080, 80, "tcp");
        assertThatThrownBy(() -> new NetworkConfig.Bridge(List.of(web, new PortMapping(31080, 81, "tcp"))))
                .hasMessage("portMapping.hostPort=31080/tcp: leads to one port of the container only");
        assertThat(new NetworkConfig.Bridge(List.of(web, new PortMapping(31080, 80, "udp"))).ports())
                .hasSize(2);
        assertThatThrownBy(() -> new PortMapping(0, 80, "tcp"))
                .hasMessage("portMapping.hostPort=0: must be 1 to 65535");
        assertThatThrownBy(() -> new PortMapping(1, 80, "icmp"))
                .hasMessage("portMapping.protocol=icmp: must be tcp or udp");
        assertThatThrownBy(() -> new Attachment("../etc"))
                .hasMessageStartingWith("network.name=../etc: must be 1 to 253");
        assertThatThrownBy(() -> new NetworkConfig.Cni(List.of(), DnsConfig.DEFAULT))
                .hasMessage("network.networks=[]: must name at least one network");
        assertThatThrownBy(() -> new NetworkConfig.PortRange(9, 8)).hasMessageStartingWith("network.ports=9-8");
    }

    @Test
    void shouldReadAndWriteResolvConf() {
        DnsConfig dns = DnsConfig.parse("""
                # written by hand
                domain old.example
                nameserver 198.51.100.1
                search a.example b.example
                nameserver 198.51.100.2
                options ndots:2 edns0
                sortlist 1.2.3.4
                """);
        assertThat(dns)
                .isEqualTo(new DnsConfig(
                        List.of("198.51.100.1", "198.51.100.2"),
                        List.of("a.example", "b.example"),
                        List.of("ndots:2", "edns0")));
        assertThat(DnsConfig.parse(dns.resolvConf())).isEqualTo(dns);
        assertThat(DnsConfig.DEFAULT.or(dns)).isEqualTo(dns);
        assertThat(new DnsConfig(List.of("9.9.9.9"), List.of(), List.of())
                        .or(dns)
                        .resolvConf())
                .isEqualTo("search a.example b.example\nnameserver 9.9.9.9\noptions ndots:2 edns0\n");
        assertThatThrownBy(() -> new DnsConfig(List.of("9.9.9.9\nnameserver 6.6.6.6"), List.of(), List.of()))
                .hasMessageStartingWith("dns='9.9.9.9?nameserver?6.6.6.6': must not be empty or contain blanks");
    }

    private static LaunchContext launch(NetworkConfig network, Set<Namespace> namespaces) {
        ContainerConfig config = new ContainerConfig(
                        "web-1",
                        List.of("/bin/true"),
                        Map.of(),
                        Path.of("/sandbox"),
                        Optional.empty(),
                        Limits.NONE,
                        Path.of("/sandbox/stdout"),
                        Path.of("/sandbox/stderr"))
                .with(network);
        Host host = new Host(Arch.X86_64, 0, 0, namespaces, true, CgroupHost.NONE);
        return new LaunchContext(config, host, Optional.empty(), Path.of("/run/gatun/containers/web-1"));
    }
}
