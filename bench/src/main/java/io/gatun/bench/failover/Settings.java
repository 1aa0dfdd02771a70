package io.gatun.bench.failover;

import java.util.List;

/**
 * What decides how long nobody leads; {@code docs/failover.md} says how these work together.
 *
 * @param tickMs ZooKeeper's unit of time
 * @param sessionMs after which ZooKeeper takes a master that is not heard for dead
 */
record Settings(int tickMs, int sessionMs) {
    static final Settings RECOMMENDED = new Settings(100, 1_000);

    List<String> zookeeper() {
        return List.of("--tick_time", Integer.toString(tickMs));
    }

    List<String> master() {
        return List.of("--zk_session_timeout", sessionMs + "ms", "--allocation_interval", "100ms");
    }

    List<String> agent() {
        return List.of("--registration_backoff_factor", "200ms");
    }
}
