package io.gatun.agent;

import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.Limiter;
import io.gatun.containerizer.image.ImageProvisioner;
import io.gatun.containerizer.image.ImageSettings;
import io.gatun.containerizer.image.store.StoreSettings;
import io.gatun.containerizer.image.unpack.UnpackLimits;
import io.gatun.containerizer.network.BridgeConfig;
import io.gatun.containerizer.network.DnsDefaults;
import io.gatun.containerizer.network.NetworkPart;
import io.gatun.containerizer.network.NetworkSettings;
import io.gatun.containerizer.network.PortsPart;
import io.gatun.containerizer.network.PortsSettings;
import io.gatun.containerizer.network.cni.CniSettings;
import io.gatun.isolator.NetworkConfig.PortRange;
import io.gatun.isolator.selection.Isolators;
import io.gatun.mesos.flags.Bytes;
import io.gatun.mesos.flags.Durations;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What containers of an agent need of the host, by its flags.
 *
 * @param isolators that {@code --isolation} selects
 * @param images where images come from; empty when --image_providers names none
 * @param network bridge, CNI and DNS
 * @param ports how network/ports works; empty when it is not selected
 * @param storage disk quotas, ids
 */
record ContainerParts(
        Isolators isolators,
        Optional<ImageSettings> images,
        NetworkSettings network,
        Optional<PortsSettings> ports,
        StorageParts storage) {
    /**
     * Reads the flags.
     *
     * @param offered by the agent
     * @throws IllegalArgumentException naming flag, text and rule
     */
    static ContainerParts of(AgentConfig config, Resources offered) {
        AgentFlags flags = config.flags();
        Isolators isolators = flags.isolation == null ? Isolators.standard() : Isolators.parse(flags.isolation);
        NetworkSettings network = new NetworkSettings(
                BridgeConfig.parse(flags.bridgeName, flags.bridgeSubnet, flags.bridgeMtu),
                CniSettings.parse(flags.networkCniConfigDir, flags.networkCniPluginsDir, CniSettings.TIMEOUT),
                flags.defaultContainerDns == null ? DnsDefaults.NONE : DnsDefaults.parse(flags.defaultContainerDns));
        PortsSettings ports = new PortsSettings(
                Durations.parse(flags.containerPortsWatchInterval),
                flags.enforceContainerPorts,
                flags.checkAgentPortRangeOnly ? Optional.of(ports(offered)) : Optional.empty());
        return new ContainerParts(
                isolators,
                config.containers().images() ? Optional.of(images(config)) : Optional.empty(),
                network,
                isolators.has("network/ports") ? Optional.of(ports) : Optional.empty(),
                StorageParts.of(flags, isolators));
    }

    private static ImageSettings images(AgentConfig config) {
        AgentFlags flags = config.flags();
        Path store = flags.dockerStoreDir == null
                ? config.workDir().resolve("store/docker")
                : flags.dockerStoreDir.toAbsolutePath().normalize();
        return ImageSettings.parse(
                flags.dockerRegistry,
                flags.dockerRegistryMirrors,
                flags.dockerPlainHttpRegistries,
                flags.dockerConfig == null ? "" : flags.dockerConfig,
                new StoreSettings(store).with(limits(flags)),
                config.workDir(),
                flags.imageProvisionerBackend);
    }

    static UnpackLimits limits(AgentFlags flags) {
        long bytes;
        try {
            bytes = Bytes.parse(flags.maxLayerBytes);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("max_layer_bytes=" + flags.maxLayerBytes + ": " + e.getMessage(), e);
        }
        return new UnpackLimits(bytes, flags.maxLayerEntries, flags.maxLayerRatio);
    }

    private static List<PortRange> ports(Resources offered) {
        return offered.toProtos().stream()
                .filter(resource -> resource.getName().equals("ports"))
                .map(Resource::getRanges)
                .flatMap(ranges -> ranges.getRangeList().stream())
                .map(range -> new PortRange((int) range.getBegin(), (int) range.getEnd()))
                .toList();
    }

    /**
     * Opens them, in the order in which a container gets them.
     *
     * @param workDir where sandboxes lie
     * @param opened gets what is to be closed, in the opposite order
     */
    List<HostPart> open(Path runtimeDir, Path workDir, Limiter limiter, Consumer<AutoCloseable> opened) {
        List<HostPart> parts = new ArrayList<>();
        images.ifPresent(settings -> {
            ImageProvisioner provisioner = open(settings);
            opened.accept(provisioner);
            parts.add(provisioner);
        });
        NetworkPart networks = NetworkPart.open(network, runtimeDir);
        opened.accept(networks);
        parts.add(networks);
        ports.ifPresent(settings -> {
            PortsPart watch = PortsPart.open(settings, limiter);
            opened.accept(watch);
            parts.add(watch);
        });
        parts.addAll(storage.open(workDir, limiter, opened));
        return parts;
    }

    private static ImageProvisioner open(ImageSettings settings) {
        try {
            return ImageProvisioner.open(settings, new PullReports());
        } catch (IOException e) {
            throw new StartupException(
                    "--docker_store_dir=" + settings.store().directory(),
                    "cannot be used: " + e.getMessage(),
                    "give another directory",
                    e);
        }
    }
}
