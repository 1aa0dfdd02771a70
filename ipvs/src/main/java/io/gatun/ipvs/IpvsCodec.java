package io.gatun.ipvs;

import io.gatun.ffm.netlink.GenlMsgHdr;
import io.gatun.ffm.netlink.NlAttributes;
import io.gatun.ffm.netlink.NlReply;
import io.gatun.ffm.netlink.NlRequest;
import io.gatun.ffm.netlink.NlWriter;
import java.net.Inet4Address;
import java.util.Optional;

/**
 * The messages of the generic netlink family IPVS, linux/ip_vs.h: version 1, no family header. Byte order is the host's
 * except for ports and the IPv4 netmask.
 */
final class IpvsCodec {
    static final String FAMILY = "IPVS";

    private static final int VERSION = 1;
    private static final int IPVS_CMD_NEW_SERVICE = 1;
    private static final int IPVS_CMD_SET_SERVICE = 2;
    private static final int IPVS_CMD_DEL_SERVICE = 3;
    private static final int IPVS_CMD_GET_SERVICE = 4;
    private static final int IPVS_CMD_NEW_DEST = 5;
    private static final int IPVS_CMD_SET_DEST = 6;
    private static final int IPVS_CMD_DEL_DEST = 7;
    private static final int IPVS_CMD_GET_DEST = 8;

    private static final int IPVS_CMD_ATTR_SERVICE = 1;
    private static final int IPVS_CMD_ATTR_DEST = 2;

    private static final int IPVS_SVC_ATTR_AF = 1;
    private static final int IPVS_SVC_ATTR_PROTOCOL = 2;
    private static final int IPVS_SVC_ATTR_ADDR = 3;
    private static final int IPVS_SVC_ATTR_PORT = 4;
    private static final int IPVS_SVC_ATTR_SCHED_NAME = 6;
    private static final int IPVS_SVC_ATTR_FLAGS = 7;
    private static final int IPVS_SVC_ATTR_TIMEOUT = 8;
    private static final int IPVS_SVC_ATTR_NETMASK = 9;

    private static final int IPVS_DEST_ATTR_ADDR = 1;
    private static final int IPVS_DEST_ATTR_PORT = 2;
    private static final int IPVS_DEST_ATTR_FWD_METHOD = 3;
    private static final int IPVS_DEST_ATTR_WEIGHT = 4;
    private static final int IPVS_DEST_ATTR_U_THRESH = 5;
    private static final int IPVS_DEST_ATTR_L_THRESH = 6;
    private static final int IPVS_DEST_ATTR_ADDR_FAMILY = 11;

    private static final int AF_INET = 2;
    private static final int IP_VS_CONN_F_MASQ = 0;
    private static final int NO_TIMEOUT = 0;
    private static final int NO_THRESHOLD = 0;
    private static final int ALL_ONES = -1;

    private final int family;

    /** @param family the message type that the controller gave for {@link #FAMILY} */
    IpvsCodec(int family) {
        this.family = family;
    }

    NlRequest newService(IpvsService service) {
        return service("IPVS_CMD_NEW_SERVICE", IPVS_CMD_NEW_SERVICE, service);
    }

    NlRequest setService(IpvsService service) {
        return service("IPVS_CMD_SET_SERVICE", IPVS_CMD_SET_SERVICE, service);
    }

    NlRequest deleteService(IpvsService.Key key) {
        NlWriter writer = GenlMsgHdr.writer(IPVS_CMD_DEL_SERVICE, VERSION);
        key(writer, key);
        return request("IPVS_CMD_DEL_SERVICE", key.toString(), writer);
    }

    /** All services of the calling network namespace: the kernel ignores any selection here. */
    NlRequest dumpServices() {
        return request("IPVS_CMD_GET_SERVICE", "all", GenlMsgHdr.writer(IPVS_CMD_GET_SERVICE, VERSION));
    }

    NlRequest newDestination(IpvsService.Key key, VipBackend backend) {
        return destination("IPVS_CMD_NEW_DEST", IPVS_CMD_NEW_DEST, key, backend);
    }

    NlRequest setDestination(IpvsService.Key key, VipBackend backend) {
        return destination("IPVS_CMD_SET_DEST", IPVS_CMD_SET_DEST, key, backend);
    }

    NlRequest deleteDestination(IpvsService.Key key, VipBackend backend) {
        NlWriter writer = GenlMsgHdr.writer(IPVS_CMD_DEL_DEST, VERSION);
        key(writer, key);
        int nest = writer.begin(IPVS_CMD_ATTR_DEST);
        writer.attrBe32(IPVS_DEST_ATTR_ADDR, Ipv4.toInt(backend.address()))
                .attrBe16(IPVS_DEST_ATTR_PORT, backend.port())
                .end(nest);
        return request("IPVS_CMD_DEL_DEST", object(key, backend), writer);
    }

    /** All destinations of a service; the answer is empty, without error, when the service does not exist. */
    NlRequest dumpDestinations(IpvsService.Key key) {
        NlWriter writer = GenlMsgHdr.writer(IPVS_CMD_GET_DEST, VERSION);
        key(writer, key);
        return request("IPVS_CMD_GET_DEST", key.toString(), writer);
    }

    /** Reads an answer to {@link #dumpServices}; empty for IPv6, firewall marks and other protocols: never ours. */
    static Optional<IpvsService> parseService(NlReply reply) {
        NlAttributes top = new NlAttributes(reply.payload(), GenlMsgHdr.SIZE_BYTES);
        int af = 0;
        int protocol = 0;
        int address = 0;
        int port = 0;
        String scheduler = "";
        while (top.next()) {
            if (top.type() != IPVS_CMD_ATTR_SERVICE) {
                continue;
            }
            NlAttributes service = top.nested();
            while (service.next()) {
                switch (service.type()) {
                    case IPVS_SVC_ATTR_AF -> af = service.u16();
                    case IPVS_SVC_ATTR_PROTOCOL -> protocol = service.u16();
                    case IPVS_SVC_ATTR_ADDR -> address = service.be32();
                    case IPVS_SVC_ATTR_PORT -> port = service.be16();
                    case IPVS_SVC_ATTR_SCHED_NAME -> scheduler = service.string();
                    default -> {}
                }
            }
        }
        for (VipProtocol known : VipProtocol.values()) {
            if (af == AF_INET && known.number() == protocol && port != 0 && !scheduler.isEmpty()) {
                return Optional.of(new IpvsService(known, Ipv4.of(address), port, scheduler));
            }
        }
        return Optional.empty();
    }

    /** Reads an answer to {@link #dumpDestinations}; empty for IPv6. */
    static Optional<VipBackend> parseDestination(NlReply reply) {
        NlAttributes top = new NlAttributes(reply.payload(), GenlMsgHdr.SIZE_BYTES);
        int af = AF_INET;
        int port = 0;
        int weight = 0;
        Inet4Address address = null;
        while (top.next()) {
            if (top.type() != IPVS_CMD_ATTR_DEST) {
                continue;
            }
            NlAttributes destination = top.nested();
            while (destination.next()) {
                switch (destination.type()) {
                    case IPVS_DEST_ATTR_ADDR -> address = Ipv4.of(destination.be32());
                    case IPVS_DEST_ATTR_PORT -> port = destination.be16();
                    case IPVS_DEST_ATTR_WEIGHT -> weight = destination.u32();
                    case IPVS_DEST_ATTR_ADDR_FAMILY -> af = destination.u16();
                    default -> {}
                }
            }
        }
        if (af != AF_INET || address == null || port == 0) {
            return Optional.empty();
        }
        // Weights above ours are someone else's doing; any value that differs from the wanted one is corrected anyway.
        return Optional.of(new VipBackend(address, port, Math.clamp(Integer.toUnsignedLong(weight), 0, 65_535)));
    }

    private NlRequest service(String call, int command, IpvsService service) {
        NlWriter writer = GenlMsgHdr.writer(command, VERSION);
        int nest = writer.begin(IPVS_CMD_ATTR_SERVICE);
        identity(writer, service.key());
        // FLAGS is {flags, mask}: all flags off. The kernel sets HASHED itself.
        byte[] noFlags = new NlWriter().u32(0).u32(ALL_ONES).toByteArray();
        writer.attrString(IPVS_SVC_ATTR_SCHED_NAME, service.scheduler())
                .attrBytes(IPVS_SVC_ATTR_FLAGS, noFlags)
                .attrU32(IPVS_SVC_ATTR_TIMEOUT, NO_TIMEOUT)
                .attrBe32(IPVS_SVC_ATTR_NETMASK, ALL_ONES)
                .end(nest);
        return request(call, service.key() + " scheduler " + service.scheduler(), writer);
    }

    private NlRequest destination(String call, int command, IpvsService.Key key, VipBackend backend) {
        NlWriter writer = GenlMsgHdr.writer(command, VERSION);
        key(writer, key);
        int nest = writer.begin(IPVS_CMD_ATTR_DEST);
        writer.attrBe32(IPVS_DEST_ATTR_ADDR, Ipv4.toInt(backend.address()))
                .attrBe16(IPVS_DEST_ATTR_PORT, backend.port())
                .attrU32(IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_MASQ)
                .attrU32(IPVS_DEST_ATTR_WEIGHT, backend.weight())
                .attrU32(IPVS_DEST_ATTR_U_THRESH, NO_THRESHOLD)
                .attrU32(IPVS_DEST_ATTR_L_THRESH, NO_THRESHOLD)
                .attrU16(IPVS_DEST_ATTR_ADDR_FAMILY, AF_INET)
                .end(nest);
        return request(call, object(key, backend), writer);
    }

    private static void key(NlWriter writer, IpvsService.Key key) {
        int nest = writer.begin(IPVS_CMD_ATTR_SERVICE);
        identity(writer, key);
        writer.end(nest);
    }

    private static void identity(NlWriter writer, IpvsService.Key key) {
        writer.attrU16(IPVS_SVC_ATTR_AF, AF_INET)
                .attrU16(IPVS_SVC_ATTR_PROTOCOL, key.protocol().number())
                .attrBe32(IPVS_SVC_ATTR_ADDR, Ipv4.toInt(key.address()))
                .attrBe16(IPVS_SVC_ATTR_PORT, key.port());
    }

    private NlRequest request(String call, String object, NlWriter writer) {
        return new NlRequest(call, object, family, 0, writer);
    }

    private static String object(IpvsService.Key key, VipBackend backend) {
        return key + " -> " + backend.address().getHostAddress() + ":" + backend.port();
    }
}
