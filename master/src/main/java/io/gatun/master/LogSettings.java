package io.gatun.master;

import io.gatun.master.log.Epoch;
import io.gatun.mesos.flags.StartupException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the flags say of the replicated log, parsed and checked.
 *
 * @param directory of the log
 * @param id of this replica; 0 to take it from the directory, or to choose one
 * @param quorum replicas that must agree when the log is formed
 * @param autoInitialize whether to form a log when all have none
 * @param bind where to listen; port 0 for any
 * @param replicas where replicas listen, by id; empty to find them through ZooKeeper
 * @param patience after which a leader that is not heard of may be succeeded
 */
record LogSettings(
        Path directory,
        int id,
        int quorum,
        boolean autoInitialize,
        InetSocketAddress bind,
        Map<Integer, InetSocketAddress> replicas,
        Duration patience) {
    private static final String DIRECTORY = "replicated_log";
    /** From the master's port to the log's, when that is not given. */
    private static final int PORT_DISTANCE = 3;

    private static final int MAX_QUORUM = 16;
    private static final int MAX_PORT = 0xFFFF;
    private static final Duration PATIENCE_MIN = Duration.ofMillis(300);

    /** Throws {@link StartupException} naming the first flag that is wrong. */
    static LogSettings of(MasterFlags flags) {
        if (flags.quorum < 1 || flags.quorum > MAX_QUORUM) {
            throw wrong("quorum", flags.quorum, "must be 1 to " + MAX_QUORUM, "2 for three masters, 3 for five");
        }
        if (flags.logPort != null && (flags.logPort < 0 || flags.logPort > MAX_PORT)) {
            throw wrong("log_port", flags.logPort, "must be 0 to " + MAX_PORT, "0 is any port");
        }
        if (flags.logId != null && (flags.logId < 1 || flags.logId > Epoch.MAX_ID)) {
            throw wrong("log_id", flags.logId, "must be 1 to " + Epoch.MAX_ID, "each master needs its own");
        }
        Map<Integer, InetSocketAddress> replicas = flags.logReplicas == null
                ? Map.of()
                : MasterSettings.parse("log_replicas", flags.logReplicas, LogSettings::replicas);
        InetSocketAddress bind = new InetSocketAddress(flags.ip, port(flags));
        int id = flags.logId != null ? flags.logId : own(replicas, flags, bind);
        requireFindable(flags, replicas, id);
        return new LogSettings(
                flags.workDir.resolve(DIRECTORY),
                id,
                flags.quorum,
                flags.logAutoInitialize,
                bind,
                replicas,
                MasterSettings.duration("log_leader_timeout", flags.logLeaderTimeout, PATIENCE_MIN));
    }

    private static int port(MasterFlags flags) {
        if (flags.logPort != null) {
            return flags.logPort;
        }
        return flags.port == 0 || flags.port + PORT_DISTANCE > MAX_PORT ? 0 : flags.port + PORT_DISTANCE;
    }

    private static Map<Integer, InetSocketAddress> replicas(String text) {
        Map<Integer, InetSocketAddress> replicas = new TreeMap<>();
        for (String one : text.split(",", -1)) {
            int at = one.indexOf('@');
            int colon = one.lastIndexOf(':');
            if (at < 1 || colon < at + 2) {
                throw new IllegalArgumentException("'" + one + "' is not of the form ID@HOST:PORT");
            }
            int id = number(one, one.substring(0, at).trim(), Epoch.MAX_ID);
            int port = number(one, one.substring(colon + 1).trim(), MAX_PORT);
            // Resolved when it is connected to: names may change.
            var address = InetSocketAddress.createUnresolved(one.substring(at + 1, colon), port);
            if (replicas.put(id, address) != null) {
                throw new IllegalArgumentException("replica " + id + " is there twice");
            }
        }
        return replicas;
    }

    private static int number(String one, String text, int max) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > max) {
            throw new IllegalArgumentException("'" + text + "' in '" + one + "' must be 1 to " + max);
        }
        return Integer.parseInt(text);
    }

    /** The one of {@code --log_replicas} that listens where this master does; 0 when there is none. */
    private static int own(Map<Integer, InetSocketAddress> replicas, MasterFlags flags, InetSocketAddress bind) {
        return replicas.entrySet().stream()
                .filter(replica -> replica.getValue().getPort() == bind.getPort())
                .filter(replica -> replica.getValue().getHostString().equals(flags.ip)
                        || replica.getValue().getHostString().equals(flags.hostname))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(0);
    }

    private static void requireFindable(MasterFlags flags, Map<Integer, InetSocketAddress> replicas, int id) {
        if (!replicas.isEmpty() && id == 0) {
            throw wrong(
                    "log_replicas",
                    flags.logReplicas,
                    "none of them is this master",
                    "give its number with --log_id, or list it with --ip or --hostname and --log_port");
        }
        if (!replicas.isEmpty() && !replicas.containsKey(id)) {
            throw wrong("log_replicas", flags.logReplicas, "--log_id=" + id + " is not among them", "list it, too");
        }
        if (flags.quorum > 1 && replicas.isEmpty() && flags.zk == null) {
            throw wrong(
                    "quorum",
                    flags.quorum,
                    "there is neither --zk nor --log_replicas to find the others by",
                    "give one of them, or --quorum=1");
        }
    }

    private static StartupException wrong(String flag, Object value, String rule, String hint) {
        return new StartupException("--" + flag + "=" + value, rule, hint);
    }

    /** How many replicas form a log. */
    int founders() {
        return 2 * quorum - 1;
    }
}
