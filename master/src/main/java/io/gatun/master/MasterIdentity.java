package io.gatun.master;

import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.v1.Address;
import io.gatun.mesos.v1.MasterInfo;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** Who this master says it is. */
final class MasterIdentity {
    /** The Mesos release whose interfaces are served: clients compare it. */
    static final String VERSION = "1.11.0";

    private MasterIdentity() {}

    static MasterInfo of(MasterFlags flags, int port) {
        InetAddress address = address(flags.ip);
        String hostname = flags.hostname != null ? flags.hostname : hostname(address);
        return MasterInfo.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setIp(networkOrder(address))
                .setPort(port)
                .setPid("master@" + address.getHostAddress() + ":" + port)
                .setHostname(hostname)
                .setVersion(VERSION)
                .setAddress(Address.newBuilder()
                        .setHostname(hostname)
                        .setIp(address.getHostAddress())
                        .setPort(port))
                .addCapabilities(MasterInfo.Capability.newBuilder().setType(MasterInfo.Capability.Type.AGENT_UPDATE))
                .build();
    }

    private static InetAddress address(String ip) {
        try {
            InetAddress address = InetAddress.getByName(ip);
            // 0.0.0.0 is where to listen, not where to be found.
            return address.isAnyLocalAddress() ? InetAddress.getLocalHost() : address;
        } catch (UnknownHostException e) {
            throw new StartupException(
                    "--ip=" + ip, "is no address of this host: " + e.getMessage(), "give an IPv4 address");
        }
    }

    private static String hostname(InetAddress address) {
        return address.isLoopbackAddress() ? address.getHostAddress() : address.getCanonicalHostName();
    }

    /** The four bytes of an IPv4 address read as a little-endian int, as libprocess does; 127.0.0.1 is 16777343. */
    private static int networkOrder(InetAddress address) {
        return address instanceof Inet4Address
                ? ByteBuffer.wrap(address.getAddress())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt()
                : 0;
    }
}
