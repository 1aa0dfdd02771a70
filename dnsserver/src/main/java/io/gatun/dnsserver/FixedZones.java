package io.gatun.dnsserver;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The zones of this server and the names in them that do not depend on the cluster, as DC/OS' resolver has them. */
final class FixedZones {
    static final String MESOS = DnsRecords.DOMAIN + ".";
    static final String DIRECTORY = "thisdcos.directory.";
    /** {@code ready.spartan} is what health checks of a DC/OS node ask for. */
    static final String SPARTAN = "spartan.";

    static final String LOCALHOST = "localhost.";
    private static final String MESOS_SERVER = "ns1." + MESOS;
    private static final String SPARTAN_SERVER = "ns." + SPARTAN;

    private FixedZones() {}

    /**
     * A builder with all zones.
     *
     * @param ready whether the records of the cluster are known
     * @param own addresses that this server answers on
     */
    static AnswerTableBuilder builder(int serial, int ttlSeconds, boolean ready, List<InetAddress> own) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        AnswerTableBuilder builder = new AnswerTableBuilder()
                .zone(new Zone(MESOS, MESOS_SERVER, "root." + MESOS_SERVER, serial, ttlSeconds, ready))
                .zone(new Zone(DIRECTORY, SPARTAN_SERVER, "root." + SPARTAN_SERVER, serial, ttlSeconds, ready))
                .zone(new Zone(SPARTAN, SPARTAN_SERVER, "root." + SPARTAN_SERVER, serial, ttlSeconds, true))
                .zone(new Zone(LOCALHOST, SPARTAN_SERVER, "root." + SPARTAN_SERVER, serial, ttlSeconds, true));
        List<InetAddress> servers = new ArrayList<>(own.isEmpty() ? List.of(loopback) : own);
        return builder.addresses(MESOS_SERVER, servers)
                .addresses(SPARTAN_SERVER, servers)
                .addresses("ready." + SPARTAN, List.of(loopback))
                .addresses(LOCALHOST, List.of(loopback));
    }
}
