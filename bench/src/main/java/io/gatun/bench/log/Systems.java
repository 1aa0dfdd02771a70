package io.gatun.bench.log;

import java.net.InetSocketAddress;
import java.util.List;

/** What is compared. */
final class Systems {
    static final String GATUN = "gatun";
    static final String ZOOKEEPER = "zookeeper";
    static final String ETCD = "etcd";

    private Systems() {}

    static Target target(String system, List<InetSocketAddress> nodes) throws Exception {
        return switch (system) {
            case GATUN -> new GatunTarget(nodes);
            case ZOOKEEPER -> new ZooKeeperTarget(nodes);
            case ETCD -> new EtcdTarget(nodes);
            default -> throw new IllegalArgumentException("system=" + system + ": must be gatun, zookeeper or etcd");
        };
    }
}
