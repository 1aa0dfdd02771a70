package io.gatun.ffm.netlink;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Sockets of a network namespace, sock_diag(7): struct inet_diag_req_v2 and inet_diag_msg of linux/inet_diag.h. Costs one dump
 * of the listening sockets, however many connections there are.
 */
public final class SockDiag {
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_LISTEN = 10;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    /** struct inet_diag_sockid: two ports, two addresses of 16 bytes, interface, cookie. */
    private static final int SOCKID_BYTES = 48;

    /** In inet_diag_msg, behind family, state, timer and retransmits. */
    private static final int SOURCE_PORT_OFFSET = 4;

    private static final int INODE_OFFSET = 68;
    private static final int MESSAGE_BYTES = 72;

    private SockDiag() {}

    /**
     * TCP ports that somebody listens on, over IPv4 and IPv6.
     *
     * @param socket of protocol NETLINK_SOCK_DIAG
     * @return port by the socket's inode, the number in {@code socket:[N]} of /proc/PID/fd
     * @throws io.gatun.ffm.SyscallException ENOENT without tcp_diag in the kernel
     */
    public static Map<Long, Integer> listening(NetlinkSocket socket) {
        Map<Long, Integer> ports = new HashMap<>();
        for (int family : new int[] {AF_INET, AF_INET6}) {
            NlWriter request = new NlWriter()
                    .u8(family)
                    .u8(IPPROTO_TCP)
                    .u8(0)
                    .u8(0)
                    .u32(1 << TCP_LISTEN)
                    .raw(new byte[SOCKID_BYTES]);
            String object = family == AF_INET ? "tcp" : "tcp6";
            for (NlReply reply :
                    socket.dump(new NlRequest("SOCK_DIAG_BY_FAMILY", object, SOCK_DIAG_BY_FAMILY, 0, request))) {
                ByteBuffer message = reply.payload();
                if (message.remaining() < MESSAGE_BYTES) {
                    throw new NetlinkFormatException("inet_diag_msg of " + message.remaining() + " bytes");
                }
                int port = Byte.toUnsignedInt(message.get(SOURCE_PORT_OFFSET)) << Byte.SIZE
                        | Byte.toUnsignedInt(message.get(SOURCE_PORT_OFFSET + 1));
                ports.put(Integer.toUnsignedLong(message.getInt(INODE_OFFSET)), port);
            }
        }
        return ports;
    }
}
