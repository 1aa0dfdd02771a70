package io.gatun.ffm.netlink;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.util.function.Predicate;

/**
 * Connections that the kernel remembers, linux/netfilter/nfnetlink_conntrack.h. Rules of translation are asked for the first
 * packet of a connection only: what is remembered of datagrams outlives a change of the rules for as long as they come.
 */
public final class Conntrack {
    private static final int IPCTNL_MSG_CT_GET = 1;
    private static final int IPCTNL_MSG_CT_DELETE = 2;

    private static final int CTA_TUPLE_ORIG = 1;
    private static final int CTA_TUPLE_REPLY = 2;
    private static final int CTA_TUPLE_IP = 1;
    private static final int CTA_TUPLE_PROTO = 2;
    private static final int CTA_IP_V4_SRC = 1;
    private static final int CTA_PROTO_NUM = 1;
    private static final int CTA_PROTO_DST_PORT = 3;

    private Conntrack() {}

    /**
     * A connection over IPv4.
     *
     * @param protocol IPPROTO_ number
     * @param port that its first packet was sent to; 0 for a protocol without ports
     * @param answerer address that answers come from, after translation of the destination
     */
    public record Flow(int protocol, int port, int answerer) {}

    /** One side of a connection. */
    private record Tuple(int protocol, int source, int destinationPort) {}

    /**
     * Forgets connections: their next packets are first ones. Reads all that the kernel remembers.
     *
     * @param socket of protocol NETLINK_NETFILTER
     * @return how many
     */
    public static int forget(NetlinkSocket socket, Predicate<Flow> which) {
        NlWriter all = NfGenMsg.writer(NfGenMsg.IPV4);
        NlRequest dump = new NlRequest(
                "IPCTNL_MSG_CT_GET",
                "all connections",
                NfGenMsg.type(NfGenMsg.NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET),
                0,
                all);
        int forgotten = 0;
        for (NlReply reply : socket.dump(dump)) {
            NlAttributes attributes = new NlAttributes(reply.payload(), NfGenMsg.SIZE_BYTES);
            Tuple original = new Tuple(0, 0, 0);
            Tuple answer = original;
            byte[] name = {};
            while (attributes.next()) {
                if (attributes.type() == CTA_TUPLE_ORIG) {
                    name = attributes.bytes();
                    original = tuple(attributes.nested());
                } else if (attributes.type() == CTA_TUPLE_REPLY) {
                    answer = tuple(attributes.nested());
                }
            }
            Flow flow = new Flow(original.protocol(), original.destinationPort(), answer.source());
            forgotten += which.test(flow) && delete(socket, flow, name) ? 1 : 0;
        }
        return forgotten;
    }

    private static boolean delete(NetlinkSocket socket, Flow flow, byte[] originalTuple) {
        NlWriter writer = NfGenMsg.writer(NfGenMsg.IPV4);
        int tuple = writer.begin(CTA_TUPLE_ORIG);
        writer.raw(originalTuple).end(tuple);
        try {
            socket.call(new NlRequest(
                    "IPCTNL_MSG_CT_DELETE",
                    flow.toString(),
                    NfGenMsg.type(NfGenMsg.NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE),
                    0,
                    writer));
            return true;
        } catch (SyscallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
            // It timed out meanwhile.
            return false;
        }
    }

    private static Tuple tuple(NlAttributes parts) {
        int protocol = 0;
        int source = 0;
        int port = 0;
        while (parts.next()) {
            NlAttributes values = parts.nested();
            while (values.next()) {
                if (parts.type() == CTA_TUPLE_IP && values.type() == CTA_IP_V4_SRC) {
                    source = values.be32();
                } else if (parts.type() == CTA_TUPLE_PROTO && values.type() == CTA_PROTO_NUM) {
                    protocol = values.u8();
                } else if (parts.type() == CTA_TUPLE_PROTO && values.type() == CTA_PROTO_DST_PORT) {
                    port = values.be16();
                }
            }
        }
        return new Tuple(protocol, source, port);
    }
}
