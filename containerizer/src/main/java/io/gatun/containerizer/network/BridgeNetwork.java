package io.gatun.containerizer.network;

import io.gatun.containerizer.AheadPool;
import io.gatun.containerizer.MadeNetwork;
import io.gatun.ffm.OwnedFd;
import io.gatun.ffm.netlink.NetworkNamespace;
import io.gatun.isolator.NetworkConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Containers on the built-in bridge. The bridge is made for the first of them, so that an agent without such containers
 * changes nothing of the host; it is removed when the agent ends and none is left. Thread-safe.
 */
final class BridgeNetwork implements AutoCloseable {
    private final BridgeConfig config;
    private final Path runtimeDir;
    private final Reservations reservations;
    private final AheadPool<MadeNetwork> pool = MadeNetwork.pool();
    private Bridge bridge;

    /**
     * Reads what containers of an agent before this one have.
     *
     * @param runtimeDir the agent's, with the containers' directories in {@code containers}
     */
    BridgeNetwork(BridgeConfig config, Path runtimeDir) {
        this.config = config;
        this.runtimeDir = runtimeDir;
        this.reservations = new Reservations(config, known(runtimeDir.resolve("containers")));
        if (Bridge.exists(config, runtimeDir)) {
            bridge();
        }
    }

    private static List<Reservation> known(Path containers) {
        if (!Files.isDirectory(containers)) {
            return List.of();
        }
        try (var directories = Files.list(containers)) {
            return directories.map(Reservation::load).flatMap(Optional::stream).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("list " + containers, e);
        }
    }

    /** A container's place on the bridge. */
    record Place(Reservation reservation, OwnedFd namespace) {}

    /**
     * Connects a container: first on paper, then in the kernel.
     *
     * @param directory the container's
     */
    Place make(String id, NetworkConfig.Bridge wanted, Path directory) {
        // First: where there can be no bridge nothing is written down that the next agent would have to remove.
        Bridge connectedTo = bridge();
        Reservation reservation = reservations.take(id, wanted);
        try {
            reservation.save(directory);
        } catch (RuntimeException e) {
            reservations.release(reservation);
            throw e;
        }
        OwnedFd namespace =
                pool.take().map(MadeNetwork::namespace).orElseGet(() -> NetworkNamespace.create(made -> made));
        try {
            connectedTo.attach(reservation, namespace);
            return new Place(reservation, namespace);
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /** Disconnects what the container's directory tells of; idempotent. */
    void remove(Path directory) {
        Optional<Reservation> reservation = Reservation.load(directory);
        // What bears the bridge's name now may be somebody else's, and then nothing of ours is left there.
        reservation.filter(_ -> !lost()).ifPresent(taken -> bridge().detach(taken));
        // Only now: what is still in the kernel must not be given to another one.
        Reservation.delete(directory);
        reservation.ifPresent(reservations::release);
    }

    private synchronized boolean lost() {
        return bridge == null && Bridge.foreign(config, runtimeDir);
    }

    private synchronized Bridge bridge() {
        if (bridge == null) {
            bridge = Bridge.open(config, runtimeDir, reservations.all());
        }
        return bridge;
    }

    @Override
    public synchronized void close() {
        pool.close();
        if (bridge != null) {
            if (reservations.all().isEmpty()) {
                bridge.remove();
            }
            bridge.close();
            bridge = null;
        }
    }
}
