package io.gatun.master.log;

/**
 * How a replica repeats itself; times in the unit of {@link Replica#tick}.
 *
 * @param retry after which what was not answered is sent again
 * @param heartbeat after which a leader speaks although it has nothing to say
 * @param maxInFlight most entries that are sent to one replica ahead of its acknowledgements
 */
public record ReplicaSettings(long retry, long heartbeat, int maxInFlight) {
    public ReplicaSettings {
        if (retry <= 0 || heartbeat <= 0 || maxInFlight <= 0) {
            throw new IllegalArgumentException("retry=" + retry + ", heartbeat=" + heartbeat + ", maxInFlight="
                    + maxInFlight + ": must be positive");
        }
    }
}
