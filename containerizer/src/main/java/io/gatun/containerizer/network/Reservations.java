package io.gatun.containerizer.network;

import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.NetworkConfig.PortMapping;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who has which address and which port of the host. Thread-safe; the one writer of an agent. */
final class Reservations {
    private final BridgeConfig bridge;
    private final Map<Integer, Reservation> byAddress = new HashMap<>();
    private final Map<String, String> ownerByPort = new HashMap<>();
    private int last;

    /** @param known of containers that were there before */
    Reservations(BridgeConfig bridge, Collection<Reservation> known) {
        this.bridge = bridge;
        this.last = bridge.subnet().last();
        known.forEach(this::put);
    }

    /**
     * Gives a container an address and its ports.
     *
     * @throws IllegalArgumentException naming who has what is asked for; then nothing is given
     * @throws IllegalStateException when all addresses are taken
     */
    synchronized Reservation take(String id, NetworkConfig.Bridge wanted) {
        for (PortMapping port : wanted.ports()) {
            String owner = ownerByPort.get(key(port));
            if (owner != null) {
                throw new IllegalArgumentException("portMapping.hostPort=" + port.hostPort() + "/" + port.protocol()
                        + ": leads to container " + owner + " already");
            }
        }
        int address = wanted.address().map(this::requested).orElseGet(this::next);
        Reservation reservation = new Reservation(id, bridge.name(), address, wanted.ports());
        put(reservation);
        return reservation;
    }

    private int requested(String text) {
        int address = Subnet.address("network.address", text);
        Reservation owner = byAddress.get(address);
        if (!bridge.subnet().holds(address)) {
            throw new IllegalArgumentException("network.address=" + text + ": must be one of "
                    + Subnet.text(bridge.subnet().first()) + " to "
                    + Subnet.text(bridge.subnet().last()));
        }
        if (owner != null) {
            throw new IllegalArgumentException("network.address=" + text + ": is container " + owner.id() + "'s");
        }
        return address;
    }

    /** The next after the last one given, so that an address rests before it is given again. */
    private int next() {
        Subnet subnet = bridge.subnet();
        for (int tries = 0; tries < subnet.size(); tries++) {
            last = last == subnet.last() ? subnet.first() : last + 1;
            if (!byAddress.containsKey(last)) {
                return last;
            }
        }
        throw new IllegalStateException(
                "bridge_subnet=" + subnet + ": all " + subnet.size() + " addresses are taken by containers");
    }

    private void put(Reservation reservation) {
        byAddress.put(reservation.address(), reservation);
        reservation.ports().forEach(port -> ownerByPort.put(key(port), reservation.id()));
    }

    /** Takes back what a container had; does nothing when it has nothing. */
    synchronized void release(Reservation reservation) {
        if (byAddress.remove(reservation.address(), reservation)) {
            reservation.ports().forEach(port -> ownerByPort.remove(key(port), reservation.id()));
        }
    }

    /** All that are given. */
    synchronized List<Reservation> all() {
        return List.copyOf(byAddress.values());
    }

    private static String key(PortMapping port) {
        return port.hostPort() + "/" + port.protocol();
    }
}
