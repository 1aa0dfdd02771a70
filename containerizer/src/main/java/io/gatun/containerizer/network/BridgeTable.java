package io.gatun.containerizer.network;

import io.gatun.ffm.netlink.NftPortMap;
import io.gatun.ffm.netlink.NftRule;
import io.gatun.ffm.netlink.NftTable;
import io.gatun.ffm.netlink.NftTable.Hook;
import io.gatun.ffm.netlink.NlRequest;
import io.gatun.isolator.NetworkConfig.PortMapping;
import java.util.ArrayList;
import java.util.List;

/**
 * The bridge's table of nftables. Its rules never change: a container's ports are elements of one map, so that adding or
 * removing a container is one small transaction, however many there are.
 */
final class BridgeTable {
    private static final int LOOPBACK = 0x7f000000;
    private static final int LOOPBACK_BITS = 8;
    /** netinet/in.h. */
    static final int IPPROTO_UDP = 17;

    private static final int IPPROTO_TCP = 6;

    /** linux/netfilter_ipv4.h: before connection tracking; destinations; sources. */
    private static final int NF_IP_PRI_RAW = -300;

    private static final int NF_IP_PRI_NAT_DST = -100;
    private static final int NF_IP_PRI_NAT_SRC = 100;

    private final BridgeConfig config;
    private final NftTable table;
    private final NftPortMap ports;

    BridgeTable(BridgeConfig config) {
        this.config = config;
        this.table = new NftTable("gatun-" + config.name());
        this.ports = new NftPortMap(table, "host-ports");
    }

    /** Protocol and port of the host to address and port of a container. */
    NftPortMap ports() {
        return ports;
    }

    /** The table as it is to be, one transaction; elements of a map that is there already stay in force throughout. */
    List<NlRequest> setUp() {
        List<NlRequest> requests = new ArrayList<>();
        requests.add(table.create());
        requests.add(table.chain("guard", "filter", Hook.PREROUTING, NF_IP_PRI_RAW));
        requests.add(table.chain("arriving", "nat", Hook.PREROUTING, NF_IP_PRI_NAT_DST));
        requests.add(table.chain("local", "nat", Hook.OUTPUT, NF_IP_PRI_NAT_DST));
        requests.add(table.chain("leaving", "nat", Hook.POSTROUTING, NF_IP_PRI_NAT_SRC));
        for (String chain : List.of("guard", "arriving", "local", "leaving")) {
            requests.add(table.flush(chain));
        }
        requests.add(ports.create(1));
        guard(requests);
        requests.add(NftRule.in(table, "arriving")
                .destinationIsLocal()
                .destinationByMap(ports)
                .append());
        requests.add(NftRule.in(table, "local")
                .destinationIsLocal()
                .destinationByMap(ports)
                .append());
        leaving(requests);
        return requests;
    }

    /** Removes the table with everything in it. */
    NlRequest tearDown() {
        return table.delete();
    }

    private void guard(List<NlRequest> requests) {
        String bridge = config.name();
        // route_localnet lets the host's 127.0.0.1 reach containers; nothing comes the other way (CVE-2020-8558).
        requests.add(NftRule.in(table, "guard")
                .from(bridge)
                .destinationIn(LOOPBACK, LOOPBACK_BITS)
                .drop()
                .append());
        // A container speaks for itself only.
        requests.add(NftRule.in(table, "guard")
                .from(bridge)
                .sourceNotIn(config.subnet().network(), config.subnet().prefixBits())
                .drop()
                .append());
    }

    private void leaving(List<NlRequest> requests) {
        String bridge = config.name();
        Subnet subnet = config.subnet();
        requests.add(NftRule.in(table, "leaving")
                .notTo(bridge)
                .sourceIn(subnet.network(), subnet.prefixBits())
                .masquerade()
                .append());
        // One container calls another by a port of the host: the answer must come back through here to be translated.
        requests.add(NftRule.in(table, "leaving")
                .to(bridge)
                .destinationTranslated()
                .sourceIn(subnet.network(), subnet.prefixBits())
                .masquerade()
                .append());
        requests.add(NftRule.in(table, "leaving")
                .to(bridge)
                .sourceIn(LOOPBACK, LOOPBACK_BITS)
                .masquerade()
                .append());
    }

    static int protocol(PortMapping port) {
        return port.protocol().equals("udp") ? IPPROTO_UDP : IPPROTO_TCP;
    }
}
