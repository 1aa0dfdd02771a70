package io.gatun.mesos.detector;

import io.gatun.mesos.v1.MasterInfo;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells who leads. With {@code zk://...} it follows ZooKeeper: the leader is the child {@code json.info_} with the lowest
 * sequence number. With {@code host:port} the master is fixed. {@code onChange} is called on one thread: first when
 * something is known, then only on changes; empty means that nobody leads or ZooKeeper's session is lost.
 */
public final class MasterDetector implements AutoCloseable {
    private final AutoCloseable source;

    private MasterDetector(AutoCloseable source) {
        this.source = source;
    }

    /**
     * Starts detecting; returns at once.
     *
     * @param masterFlag {@code zk://host:port,.../path} or {@code host:port}
     * @throws IllegalArgumentException if the flag is neither, naming it and the rule
     */
    public static MasterDetector open(String masterFlag, Consumer<Optional<MasterInfo>> onChange) {
        return watch(masterFlag, new Consumer<>() {
            private Optional<MasterInfo> last;

            @Override
            public void accept(Masters masters) {
                if (!masters.leader().equals(last)) {
                    last = masters.leader();
                    onChange.accept(last);
                }
            }
        });
    }

    /** As {@link #open}, but tells of all masters that are up. */
    public static MasterDetector watch(String masterFlag, Consumer<Masters> onChange) {
        if (ZkUrl.isZk(masterFlag)) {
            return new MasterDetector(ZkMasters.open(ZkUrl.parse(masterFlag), onChange));
        }
        MasterInfo fixed = fixed(masterFlag);
        Thread thread = new Thread(() -> onChange.accept(new Masters(List.of(fixed))), "master-detector");
        thread.setDaemon(true);
        thread.start();
        return new MasterDetector(() -> {});
    }

    /** Stops; no callback begins after this has returned. */
    @Override
    public void close() {
        try {
            source.close();
        } catch (Exception e) {
            throw new IllegalStateException("closing the detector: " + e.getMessage(), e);
        }
    }

    private static MasterInfo fixed(String flag) {
        String rule = "'" + flag + "': a master must be zk://host:port/path or host:port";
        int colon = flag.lastIndexOf(':');
        if (colon <= 0 || !flag.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(rule);
        }
        String host = flag.substring(0, colon);
        int port = Integer.parseInt(flag.substring(colon + 1));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(rule + ", with a port between 1 and 65535");
        }
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (address instanceof Inet4Address ipv4) {
                    return MasterInfoJson.of(flag, ipv4, port, host, "");
                }
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("'" + flag + "': host '" + host + "' must have an address", e);
        }
        throw new IllegalArgumentException("'" + flag + "': host '" + host + "' must have an IPv4 address");
    }
}
