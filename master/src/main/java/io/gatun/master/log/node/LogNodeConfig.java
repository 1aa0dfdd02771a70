package io.gatun.master.log.node;

import io.gatun.master.log.Epoch;
import io.gatun.master.log.ReplicaSettings;
import io.gatun.master.log.net.TransportSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a node runs.
 *
 * @param directory of the log
 * @param id of the replica, 1 to 65535; 0 to take it from the directory
 * @param bind where to listen; port 0 for any
 * @param host under which others reach it
 * @param replicas where replicas listen, by id, as far as that is known beforehand; may contain this one
 * @param quorum how many replicas must agree when the log is formed: {@code 2 * quorum - 1} form it
 * @param autoInitialize whether to form a log when all of them have none
 * @param replica how it repeats itself, in milliseconds
 * @param transport limits of connections
 * @param quorumLostMs after which a leader that no quorum answers steps down
 * @param compaction when to write a snapshot
 */
public record LogNodeConfig(
        Path directory,
        int id,
        InetSocketAddress bind,
        String host,
        Map<Integer, InetSocketAddress> replicas,
        int quorum,
        boolean autoInitialize,
        ReplicaSettings replica,
        TransportSettings transport,
        long quorumLostMs,
        Compaction compaction) {
    private static final int MAX_QUORUM = 16;

    /**
     * When a snapshot takes the place of entries.
     *
     * @param entries so many at least
     * @param bytes or so many at least
     */
    public record Compaction(long entries, long bytes) {
        public Compaction {
            if (entries < 1 || bytes < 1) {
                throw new IllegalArgumentException("entries=" + entries + ", bytes=" + bytes + ": must be positive");
            }
        }
    }

    public LogNodeConfig {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(bind, "bind");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(replica, "replica");
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(compaction, "compaction");
        replicas = Map.copyOf(replicas);
        if (id < 0 || id > Epoch.MAX_ID) {
            throw new IllegalArgumentException("id=" + id + ": must be 0 to " + Epoch.MAX_ID);
        }
        if (quorum < 1 || quorum > MAX_QUORUM) {
            throw new IllegalArgumentException("quorum=" + quorum + ": must be 1 to " + MAX_QUORUM);
        }
        if (quorumLostMs <= 2 * replica.heartbeat()) {
            throw new IllegalArgumentException(
                    "quorumLostMs=" + quorumLostMs + ": must be more than two heartbeats, " + 2 * replica.heartbeat());
        }
    }

    /** What fits a local network; a log of one replica on the loopback interface until more is said. */
    public static LogNodeConfig of(Path directory) {
        return new LogNodeConfig(
                directory,
                0,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "127.0.0.1",
                Map.of(),
                1,
                true,
                new ReplicaSettings(250, 100, 16_384),
                TransportSettings.defaults(),
                1_000,
                new Compaction(200_000, 64L << 20));
    }

    /** The same with another id. */
    public LogNodeConfig withId(int newId) {
        return new LogNodeConfig(
                directory,
                newId,
                bind,
                host,
                replicas,
                quorum,
                autoInitialize,
                replica,
                transport,
                quorumLostMs,
                compaction);
    }

    /** The same, whose leader steps down when no quorum has answered for so many milliseconds, more than two heartbeats. */
    public LogNodeConfig withQuorumLost(long newQuorumLostMs) {
        return new LogNodeConfig(
                directory,
                id,
                bind,
                host,
                replicas,
                quorum,
                autoInitialize,
                replica,
                transport,
                newQuorumLostMs,
                compaction);
    }

    /** The same, listening elsewhere, where others reach it as well. */
    public LogNodeConfig withBind(InetSocketAddress newBind, String newHost) {
        return new LogNodeConfig(
                directory,
                id,
                newBind,
                newHost,
                replicas,
                quorum,
                autoInitialize,
                replica,
                transport,
                quorumLostMs,
                compaction);
    }

    /** The same with other replicas, and how many of them must agree. */
    public LogNodeConfig withReplicas(Map<Integer, InetSocketAddress> newReplicas, int newQuorum) {
        return new LogNodeConfig(
                directory,
                id,
                bind,
                host,
                newReplicas,
                newQuorum,
                autoInitialize,
                replica,
                transport,
                quorumLostMs,
                compaction);
    }

    /** The same, forming a log by itself or not. */
    public LogNodeConfig withAutoInitialize(boolean newAutoInitialize) {
        return new LogNodeConfig(
                directory,
                id,
                bind,
                host,
                replicas,
                quorum,
                newAutoInitialize,
                replica,
                transport,
                quorumLostMs,
                compaction);
    }

    /** The same with other limits of connections. */
    public LogNodeConfig withTransport(TransportSettings newTransport) {
        return new LogNodeConfig(
                directory,
                id,
                bind,
                host,
                replicas,
                quorum,
                autoInitialize,
                replica,
                newTransport,
                quorumLostMs,
                compaction);
    }

    /** The same, with snapshots at other sizes. */
    public LogNodeConfig withCompaction(Compaction newCompaction) {
        return new LogNodeConfig(
                directory,
                id,
                bind,
                host,
                replicas,
                quorum,
                autoInitialize,
                replica,
                transport,
                quorumLostMs,
                newCompaction);
    }

    /** The ids that form a log: this replica and the others that are known beforehand. */
    Set<Integer> founders(int ownId) {
        TreeMap<Integer, InetSocketAddress> all = new TreeMap<>(replicas);
        all.put(ownId, bind);
        return Set.copyOf(all.keySet());
    }
}
