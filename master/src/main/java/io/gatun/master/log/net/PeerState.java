package io.gatun.master.log.net;

/**
 * How the connection to a replica is.
 *
 * @param address {@code host:port}; empty when not known
 * @param connected whether it can be told something
 * @param heardMs milliseconds since it was heard of on that connection; -1 when not connected
 * @param roundTripNs of the last ping; -1 for none
 * @param trouble why it is not connected; empty when it is
 */
public record PeerState(String address, boolean connected, long heardMs, long roundTripNs, String trouble) {}
