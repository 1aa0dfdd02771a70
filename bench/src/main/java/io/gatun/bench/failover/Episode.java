package io.gatun.bench.failover;

/**
 * One leader's fall. Times are since the fault was in force or, where the old leader went on for a while, since it last
 * answered a call.
 *
 * @param leader index of the master that led
 * @param next index of the one that led then
 * @param acceptedMs until the next leader had acknowledged a write
 * @param subscribedMs until the framework was subscribed to it
 * @param agentsMs until all agents were linked to it
 */
record Episode(Fault fault, int leader, int next, double acceptedMs, double subscribedMs, double agentsMs) {
    /** For people. */
    String text() {
        return String.format(
                "%-20s master%d -> master%d   writes %6.0f ms   framework %6.0f ms   agents %6.0f ms",
                fault.text(), leader, next, acceptedMs, subscribedMs, agentsMs);
    }
}
