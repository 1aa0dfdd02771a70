package io.gatun.containerizer.network;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.DnsConfig;
import io.gatun.isolator.Volume;
import io.gatun.isolator.namespace.NamespaceIsolator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files by which a program learns names and its own: resolv.conf(5), hosts(5), hostname(5). They lie in the container's
 * directory and are mounted over those of its root, read-only: that directory is in the host's memory, and no container is
 * to fill it.
 */
final class NetworkFiles {
    private static final String RESOLV_CONF = "resolv.conf";
    private static final String HOSTS = "hosts";
    private static final String HOSTNAME = "hostname";
    private static final List<String> ALL = List.of(RESOLV_CONF, HOSTS, HOSTNAME);
    private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");
    /** What systemd-resolved knows of the network, where resolv.conf names only itself. */
    private static final Path RESOLVED_RESOLV_CONF = Path.of("/run/systemd/resolve/resolv.conf");

    private NetworkFiles() {}

    /**
     * Writes the files of a container with a network of its own.
     *
     * @param addresses its own, which its host name stands for; 127.0.0.1 when there is none
     * @return the configuration with the files as volumes, where it does not mount others there
     */
    static ContainerConfig make(ContainerConfig config, Path directory, DnsConfig dns, List<String> addresses) {
        String name = config.namespaces().hostname().orElseGet(() -> NamespaceIsolator.hostName(config.id()));
        StringBuilder hosts = new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        for (String address : addresses.isEmpty() ? List.of("127.0.0.1") : addresses) {
            hosts.append(address).append('\t').append(name).append('\n');
        }
        Map<String, String> contents = new LinkedHashMap<>();
        contents.put(RESOLV_CONF, dns.resolvConf());
        contents.put(HOSTS, hosts.toString());
        contents.put(HOSTNAME, name + "\n");
        Map<String, Path> files = new LinkedHashMap<>();
        contents.forEach((file, text) -> files.put("/etc/" + file, write(directory.resolve(file), text)));
        return mount(config, files);
    }

    /** The host's own files, for a container with an image on the host's network. */
    static ContainerConfig share(ContainerConfig config, Path directory) {
        Map<String, Path> files = new LinkedHashMap<>();
        String name = config.namespaces().hostname().orElseGet(() -> NamespaceIsolator.hostName(config.id()));
        files.put("/etc/hostname", write(directory.resolve(HOSTNAME), name + "\n"));
        for (String file : List.of(RESOLV_CONF, HOSTS)) {
            Path real = Path.of("/etc").resolve(file);
            if (Files.isRegularFile(real)) {
                files.put("/etc/" + file, real);
            }
        }
        return mount(config, files);
    }

    private static ContainerConfig mount(ContainerConfig config, Map<String, Path> files) {
        List<Volume> volumes = new ArrayList<>(config.filesystem().volumes());
        files.forEach((target, source) -> {
            // Nothing is created among the host's own files to be mounted over.
            boolean absent = !config.filesystem().isolated() && !Files.exists(Path.of(target));
            boolean own = config.filesystem().volumes().stream()
                    .anyMatch(volume -> volume.containerPath().equals(target));
            if (!own && !absent) {
                volumes.add(new Volume(new Volume.HostPath(source), target, true));
            }
        });
        return config.with(config.filesystem().with(volumes));
    }

    /** The host's name servers that can be reached from another network namespace: not those on its loopback device. */
    static DnsConfig host() {
        DnsConfig dns = reachable(HOST_RESOLV_CONF);
        return dns.nameservers().isEmpty() && Files.isReadable(RESOLVED_RESOLV_CONF)
                ? reachable(RESOLVED_RESOLV_CONF).or(dns)
                : dns;
    }

    private static DnsConfig reachable(Path file) {
        try {
            DnsConfig dns = Files.isReadable(file) ? DnsConfig.parse(Files.readString(file)) : DnsConfig.DEFAULT;
            List<String> nameservers = dns.nameservers().stream()
                    .filter(server -> !server.startsWith("127.") && !server.equals("::1"))
                    .toList();
            return new DnsConfig(nameservers, dns.search(), dns.options());
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file, e);
        }
    }

    /** Whether there are files. */
    static boolean exist(Path directory) {
        return ALL.stream().anyMatch(file -> Files.exists(directory.resolve(file)));
    }

    /** Removes the files. */
    static void delete(Path directory) {
        try {
            for (String file : ALL) {
                Files.deleteIfExists(directory.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + directory, e);
        }
    }

    private static Path write(Path file, String text) {
        try {
            Files.writeString(file, text);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file, e);
        }
    }
}
