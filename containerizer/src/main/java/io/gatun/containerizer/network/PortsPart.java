package io.gatun.containerizer.network;

import io.gatun.containerizer.HostPart;
import io.gatun.containerizer.Limitation;
import io.gatun.containerizer.Limiter;
import io.gatun.ffm.netlink.NetlinkSocket;
import io.gatun.ffm.netlink.SockDiag;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.PortRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The isolator network/ports: on the host's network a container listens on the ports that were allocated to it, and on no
 * other. One thread looks at all of them, at an interval. Thread-safe.
 */
public final class PortsPart implements HostPart, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PortsPart.class);
    private static final String FILE = "ports";
    private static final long NETLINK_TIMEOUT_MS = 5_000;
    private static final long STOP_S = 5;

    private final PortsSettings settings;
    private final Limiter limiter;
    private final NetlinkSocket diag;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread watch =
            Thread.ofPlatform().daemon().name("gatun-container-ports").unstarted(this::watch);

    /** A container, and what was said of it already. */
    private record Watched(long pid, List<PortRange> ports, SortedSet<Integer> mentioned) {}

    private PortsPart(PortsSettings settings, Limiter limiter, NetlinkSocket diag) {
        this.settings = settings;
        this.limiter = limiter;
        this.diag = diag;
    }

    /**
     * Starts to watch.
     *
     * @param limiter ends the container that breaks its limit
     * @throws io.gatun.ffm.SyscallException when the kernel cannot tell who listens
     */
    public static PortsPart open(PortsSettings settings, Limiter limiter) {
        NetlinkSocket diag = NetlinkSocket.open(NetlinkSocket.NETLINK_SOCK_DIAG, NETLINK_TIMEOUT_MS);
        try {
            SockDiag.listening(diag);
        } catch (RuntimeException e) {
            diag.close();
            throw e;
        }
        PortsPart part = new PortsPart(settings, limiter, diag);
        part.watch.start();
        return part;
    }

    @Override
    public Made make(ContainerConfig config, Path directory) {
        if (config.network() instanceof NetworkConfig.Host host && host.ports().isPresent()) {
            String text = host.ports().get().stream()
                    .map(range -> range.first() + "-" + range.last())
                    .collect(Collectors.joining(" "));
            try {
                Files.writeString(directory.resolve(FILE), text);
            } catch (IOException e) {
                throw new UncheckedIOException("write " + directory.resolve(FILE), e);
            }
        }
        return Made.unchanged(config);
    }

    @Override
    public void started(ContainerConfig config, Path directory, long pid) {
        recovered(config.id(), directory, pid);
    }

    @Override
    public void recovered(String id, Path directory, long pid) {
        load(directory).ifPresent(ports -> watched.put(id, new Watched(pid, ports, new ConcurrentSkipListSet<>())));
    }

    private static Optional<List<PortRange>> load(Path directory) {
        try {
            return Optional.of(
                    Stream.of(Files.readString(directory.resolve(FILE)).split(" ", -1))
                            .filter(text -> !text.isEmpty())
                            .map(text -> text.split("-", 2))
                            .map(ends -> new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1])))
                            .toList());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("read " + directory.resolve(FILE), e);
        }
    }

    @Override
    public boolean has(String id, Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    @Override
    public void remove(String id, Path directory) {
        watched.remove(id);
        try {
            Files.deleteIfExists(directory.resolve(FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + directory.resolve(FILE), e);
        }
    }

    private void watch() {
        try {
            while (!stopped.await(settings.interval().toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        if (watched.isEmpty()) {
            return;
        }
        try {
            Map<Long, Integer> ports = SockDiag.listening(diag);
            watched.forEach((id, container) -> look(id, container, ports));
        } catch (RuntimeException e) {
            // What is wrong now may be right at the next look.
            LOG.error("network/ports: cannot see who listens", e);
        }
    }

    private void look(String id, Watched container, Map<Long, Integer> listening) {
        SortedSet<Integer> surplus = ContainerSockets.of(container.pid()).stream()
                .map(listening::get)
                .filter(port -> port != null
                        && settings.counts(port)
                        && container.ports().stream().noneMatch(range -> range.contains(port)))
                .collect(Collectors.toCollection(TreeSet::new));
        if (surplus.isEmpty()) {
            return;
        }
        String message = "listens on ports " + surplus + ", which were not allocated to it; allocated are "
                + container.ports().stream()
                        .map(range -> range.first() + "-" + range.last())
                        .toList();
        if (settings.enforce()) {
            limiter.limit(id, Limitation.PORTS, message);
        } else if (container.mentioned().addAll(surplus)) {
            LOG.warn("container {}: {}", id, message);
        }
    }

    @Override
    public void close() {
        stopped.countDown();
        try {
            // The socket's memory must outlive a look that is under way.
            if (!watch.join(Duration.ofSeconds(STOP_S))) {
                LOG.warn("network/ports: the last look takes longer than {} s", STOP_S);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        diag.close();
    }
}
