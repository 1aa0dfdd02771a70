package io.gatun.isolator.network;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.CloneArgs;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.ffm.socket.Sockets;
import io.gatun.isolator.Isolator;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.Phase;
import io.gatun.isolator.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The network namespace; network_namespaces(7). One without devices is cloned with the child, which takes the loopback
 * device up itself. One on a bridge or on networks of CNI was made and filled before: the child joins it.
 */
public final class NetworkIsolator implements Isolator {
    /** Binding: descriptor of the namespace that was made for the container. */
    public static final String NETNS = "netns";

    private static final String LOOPBACK_SOCKET = "loopback_socket";
    /** ioctl(2) request of netdevice(7), linux/sockios.h. */
    private static final int SIOCSIFFLAGS = 0x8914;
    /** netdevice(7). */
    private static final int IFF_UP = 1;

    private final boolean plugins;

    /** @param plugins whether networks of CNI can be joined: network/cni, and not network/bridge, is selected */
    public NetworkIsolator(boolean plugins) {
        this.plugins = plugins;
    }

    @Override
    public List<Row> rows(LaunchContext launch) {
        return switch (launch.config().network()) {
            case NetworkConfig.Host _ -> List.of();
            case NetworkConfig.None _ -> empty();
            case NetworkConfig.Bridge _, NetworkConfig.Cni _ -> List.of(join());
        };
    }

    @Override
    public List<String> problems(LaunchContext launch) {
        List<String> problems = new ArrayList<>();
        NetworkConfig network = launch.config().network();
        boolean made = network instanceof NetworkConfig.Bridge || network instanceof NetworkConfig.Cni;
        if (made && launch.host().has(Namespace.USER)) {
            problems.add("network=" + mode(network) + ": needs an agent that runs as root with CAP_NET_ADMIN");
        }
        if (made && launch.config().namespaces().ids().isPresent()) {
            problems.add("network=" + mode(network) + ": is joined with rights of the host, which a container with"
                    + " namespaces.ids has given up; host and none are possible");
        }
        if (made && !launch.host().has(Namespace.MOUNT)) {
            problems.add("network=" + mode(network) + ": needs a mount namespace for its /etc/resolv.conf, which"
                    + " containers do not get here");
        }
        if (network instanceof NetworkConfig.Cni cni && !plugins) {
            problems.add("network=" + cni.networks().getFirst().name()
                    + ": needs the isolator network/cni, but --isolation selects network/bridge");
        }
        return problems;
    }

    private static String mode(NetworkConfig network) {
        return network instanceof NetworkConfig.Cni ? "cni" : "bridge";
    }

    private static Row join() {
        return new Row.InChild(
                Phase.JOIN,
                SyscallRecord.of(
                        Syscall.SETNS,
                        "network namespace",
                        new Operand.Bound(NETNS),
                        Operand.named(CloneArgs.CLONE_NEWNET, "CLONE_NEWNET")));
    }

    private static List<Row> empty() {
        return List.of(
                new Row.Unshared(Namespace.NET),
                new Row.InChild(
                        Phase.LOOPBACK,
                        SyscallRecord.of(
                                        Syscall.SOCKET,
                                        "lo",
                                        Operand.named(Sockets.AF_INET, "AF_INET"),
                                        Operand.named(
                                                Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, "SOCK_DGRAM|SOCK_CLOEXEC"),
                                        Operand.of(0))
                                .as(LOOPBACK_SOCKET)),
                new Row.InChild(
                        Phase.LOOPBACK,
                        SyscallRecord.of(
                                Syscall.IOCTL,
                                "lo",
                                new Operand.Result(LOOPBACK_SOCKET),
                                Operand.named(SIOCSIFFLAGS, "SIOCSIFFLAGS"),
                                interfaceUp("lo"))));
    }

    /** struct ifreq of netdevice(7): a name of 16 bytes, a union of 24 of which the flags are the first two. */
    private static Operand interfaceUp(String name) {
        long first = 0;
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < text.length; i++) {
            first |= (long) text[i] << (Byte.SIZE * i);
        }
        return new Operand.Words(
                List.of(first, 0L, (long) IFF_UP, 0L, 0L), "{ifr_name=\"" + name + "\", ifr_flags=IFF_UP}");
    }
}
