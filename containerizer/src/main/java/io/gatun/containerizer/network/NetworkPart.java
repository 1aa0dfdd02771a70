package io.gatun.containerizer.network;

import io.gatun.containerizer.ContainerStatus;
import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.network.cni.CniNetwork;
import io.gatun.ffm.OwnedFd;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.DnsConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.network.NetworkIsolator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks of containers, made before they are cloned. Thread-safe. */
public final class NetworkPart implements HostPart, AutoCloseable {
    private final BridgeNetwork bridge;
    private final CniNetwork cni;
    private final NetworkSettings settings;

    private NetworkPart(NetworkSettings settings, BridgeNetwork bridge) {
        this.settings = settings;
        this.bridge = bridge;
        this.cni = new CniNetwork(settings.cni());
    }

    /**
     * Opens the networks of an agent.
     *
     * @param runtimeDir the agent's {@code --runtime_dir}
     * @throws IllegalStateException when the bridge belongs to another agent
     */
    public static NetworkPart open(NetworkSettings settings, Path runtimeDir) {
        return new NetworkPart(settings, new BridgeNetwork(settings.bridge(), runtimeDir));
    }

    @Override
    public Made make(ContainerConfig config, Path directory) {
        boolean ownFiles = config.filesystem().isolated();
        return switch (config.network()) {
            case NetworkConfig.Host _ -> Made.unchanged(ownFiles ? NetworkFiles.share(config, directory) : config);
            case NetworkConfig.None _ ->
                Made.unchanged(ownFiles ? NetworkFiles.make(config, directory, DnsConfig.DEFAULT, List.of()) : config);
            case NetworkConfig.Bridge wanted -> onBridge(config, wanted, directory);
            case NetworkConfig.Cni wanted -> onNetworks(config, wanted, directory);
        };
    }

    private Made onBridge(ContainerConfig config, NetworkConfig.Bridge wanted, Path directory) {
        BridgeNetwork.Place place = bridge.make(config.id(), wanted, directory);
        DnsConfig dns = wanted.dns().or(settings.dns().of(settings.bridge().name()));
        List<String> addresses = List.of(Subnet.text(place.reservation().address()));
        return joined(config, directory, dns, addresses, place.namespace());
    }

    private Made onNetworks(ContainerConfig config, NetworkConfig.Cni wanted, Path directory) {
        CniNetwork.Place place = cni.make(config.id(), wanted, directory);
        DnsConfig dns = wanted.dns()
                .or(place.dns())
                .or(settings.dns().of(wanted.networks().getFirst().name()));
        return joined(config, directory, dns, place.addresses(), place.namespace());
    }

    private static Made joined(
            ContainerConfig config, Path directory, DnsConfig dns, List<String> addresses, OwnedFd namespace) {
        try {
            ContainerConfig mounted = NetworkFiles.make(config, directory, dns.or(NetworkFiles.host()), addresses);
            return new Made(mounted, Map.of(NetworkIsolator.NETNS, namespace), Optional.empty());
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    @Override
    public void recovered(String id, Path directory, long pid) {
        cni.recovered(id, directory, pid);
    }

    @Override
    public boolean has(String id, Path directory) {
        return Reservation.exists(directory) || CniNetwork.has(directory) || NetworkFiles.exist(directory);
    }

    @Override
    public void remove(String id, Path directory) {
        cni.remove(id, directory);
        bridge.remove(directory);
        NetworkFiles.delete(directory);
    }

    @Override
    public List<ContainerStatus.Network> networks(String id, Path directory) {
        Optional<Reservation> bridged = Reservation.load(directory);
        return bridged.isPresent()
                ? List.of(new ContainerStatus.Network(
                        bridged.get().bridge(),
                        Bridge.DEVICE,
                        List.of(Subnet.text(bridged.get().address()))))
                : CniNetwork.networks(directory);
    }

    @Override
    public void close() {
        bridge.close();
        cni.close();
    }
}
