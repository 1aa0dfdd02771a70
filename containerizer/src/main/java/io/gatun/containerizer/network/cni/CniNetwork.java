package io.gatun.containerizer.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gatun.containerizer.ContainerStatus;
import io.gatun.ffm.Errno;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.SyscallException;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.NetworkNamespace;
import io.gatun.ffm.netlink.RtLink;
import io.gatun.isolator.DnsConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.Attachment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers on networks of CNI. The agent holds the container's network namespace by a descriptor until the plugins have
 * taken their networks away again: nothing is mounted, so nothing can be left mounted, and no other container's mounts keep
 * it. Plugins find it by a symbolic link in the container's directory, which leads to {@code /proc/AGENT/fd/N}: a path that
 * is the same after a restart of the agent, as they demand. Thread-safe.
 */
public final class CniNetwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CniNetwork.class);
    private static final long NETLINK_TIMEOUT_MS = 10_000;
    private static final String NAMESPACE = "netns";

    private final CniDirectory directory;
    private final CniCalls calls;
    private final Map<String, OwnedFd> namespaces = new ConcurrentHashMap<>();

    public CniNetwork(CniSettings settings) {
        this.directory = new CniDirectory(settings.configDir());
        this.calls = new CniCalls(new CniPlugins(settings));
    }

    /**
     * A container's networks.
     *
     * @param namespace for the launch
     * @param dns that the plugins recommend
     * @param addresses of all its networks, without prefix length
     */
    public record Place(OwnedFd namespace, DnsConfig dns, List<String> addresses) {}

    /**
     * Makes a network namespace and calls ADD for each network. What a failure leaves is for {@link #remove}.
     *
     * @param home the container's directory
     * @throws IllegalArgumentException when there is no such network, before anything is made
     * @throws CniException when a plugin fails
     */
    public Place make(String id, NetworkConfig.Cni wanted, Path home) {
        List<CniState.Network> networks = new ArrayList<>();
        for (int i = 0; i < wanted.networks().size(); i++) {
            Attachment network = wanted.networks().get(i);
            CniList list = directory.find(network.name());
            networks.add(new CniState.Network(
                    list,
                    "eth" + i,
                    calls.version(list),
                    CniCalls.parameters(network, wanted.dns()),
                    MissingNode.getInstance()));
        }
        OwnedFd namespace = namespace();
        namespaces.put(id, namespace);
        link(home, namespace);
        for (int i = 0; i < networks.size(); i++) {
            CniState.Network network = networks.get(i);
            new CniState(networks.subList(0, i + 1)).save(home);
            JsonNode result =
                    calls.add(network.list(), network.version(), network.subject(id, path(home)), network.parameters());
            networks.set(i, network.with(result));
            new CniState(networks.subList(0, i + 1)).save(home);
        }
        DnsConfig dns = DnsConfig.DEFAULT;
        List<String> addresses = new ArrayList<>();
        for (CniState.Network network : networks) {
            CniResult result = CniResult.parse(network.result());
            dns = dns.or(result.dns());
            addresses.addAll(result.bareAddresses());
        }
        return new Place(NetworkNamespace.open(home.resolve(NAMESPACE)), dns, List.copyOf(addresses));
    }

    private static OwnedFd namespace() {
        return NetworkNamespace.create(made -> {
            try (NetlinkSocket inside = NetlinkSocket.open(NetlinkSocket.NETLINK_ROUTE, NETLINK_TIMEOUT_MS)) {
                inside.call(RtLink.up(RtLink.LOOPBACK_INDEX, "lo"));
                return made;
            } catch (RuntimeException e) {
                made.close();
                throw e;
            }
        });
    }

    private static String path(Path home) {
        return home.resolve(NAMESPACE).toString();
    }

    private static void link(Path home, OwnedFd namespace) {
        Path link = home.resolve(NAMESPACE);
        Path draft = home.resolve(NAMESPACE + ".new");
        try {
            Files.deleteIfExists(draft);
            Files.createSymbolicLink(
                    draft, Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + namespace.fd()));
            Files.move(draft, link, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("symlink " + link, e);
        }
    }

    private static void unlink(Path home) {
        try {
            Files.deleteIfExists(home.resolve(NAMESPACE));
            Files.deleteIfExists(home.resolve(NAMESPACE + ".new"));
        } catch (IOException e) {
            throw new UncheckedIOException("unlink " + home.resolve(NAMESPACE), e);
        }
    }

    /**
     * Takes hold of a running container's network namespace again, and asks the plugins whether all is in place; what they
     * find amiss is logged, the container runs on.
     *
     * @param pid of its init
     */
    public void recovered(String id, Path home, long pid) {
        Optional<CniState> state = CniState.load(home);
        if (state.isEmpty()) {
            return;
        }
        try {
            OwnedFd namespace = NetworkNamespace.open(Path.of("/proc/" + pid + "/ns/net"));
            namespaces.put(id, namespace);
            link(home, namespace);
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            // It has ended meanwhile; its end is on the way.
            return;
        }
        for (CniState.Network network : state.get().networks()) {
            try {
                CniPlugins.Subject subject = network.subject(id, path(home));
                calls.check(network.list(), network.version(), subject, network.parameters(), network.result());
            } catch (CniException e) {
                LOG.warn("container {}: {}", id, e.getMessage());
            }
        }
    }

    /**
     * Calls DEL for each network that ADD was called for, the last one first; idempotent.
     *
     * @throws CniException when a plugin fails; the file stays, so that the next agent tries again
     */
    public void remove(String id, Path home) {
        Optional<CniState> state = CniState.load(home);
        OwnedFd namespace = namespaces.get(id);
        // Without the namespace, after a crash, a plugin gets none and removes what it has elsewhere.
        String path = namespace == null ? "" : path(home);
        CniException failure = null;
        for (CniState.Network network :
                state.map(CniState::networks).orElse(List.of()).reversed()) {
            try {
                calls.delete(
                        network.list(),
                        network.version(),
                        network.subject(id, path),
                        network.parameters(),
                        network.result());
            } catch (CniException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (namespace != null && namespaces.remove(id, namespace)) {
            namespace.close();
        }
        if (failure != null) {
            throw failure;
        }
        unlink(home);
        CniState.delete(home);
    }

    /** Whether a container's directory tells of networks. */
    public static boolean has(Path home) {
        return CniState.exists(home) || Files.isSymbolicLink(home.resolve(NAMESPACE));
    }

    /** The networks that a container's directory tells of. */
    public static List<ContainerStatus.Network> networks(Path home) {
        return CniState.load(home).map(CniState::networks).orElse(List.of()).stream()
                .map(network -> new ContainerStatus.Network(
                        network.list().name(),
                        network.device(),
                        CniResult.parse(network.result()).bareAddresses()))
                .toList();
    }

    /** Lets go of the namespaces of running containers, which keep them themselves. */
    @Override
    public void close() {
        namespaces.values().forEach(OwnedFd::close);
        namespaces.clear();
    }
}
