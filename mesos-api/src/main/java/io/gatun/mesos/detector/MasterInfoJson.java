package io.gatun.mesos.detector;

import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.v1.Address;
import io.gatun.mesos.v1.MasterInfo;
import java.net.Inet4Address;
import java.net.URI;

/**
 * What masters write into their {@code json.info_} znodes: MasterInfo as one JSON object, in which {@code ip} is the IPv4
 * address in network order read as a little-endian number (127.0.0.1 is 16777343).
 */
public final class MasterInfoJson {
    private MasterInfoJson() {}

    /** The content of a znode. */
    public static byte[] encode(MasterInfo info) {
        return MesosJson.printBytes(info);
    }

    /**
     * Reads the content of a znode.
     *
     * @throws CodecException if it is no MasterInfo
     */
    public static MasterInfo decode(byte[] content) throws CodecException {
        MasterInfo.Builder info = MasterInfo.newBuilder();
        MesosJson.merge(content, info);
        return info.build();
    }

    /**
     * A master's description of itself, {@code pid} and {@code address} included.
     *
     * @param id unique to this run of the master
     */
    public static MasterInfo of(String id, Inet4Address ip, int port, String hostname, String version) {
        return MasterInfo.newBuilder()
                .setId(id)
                .setIp(number(ip))
                .setPort(port)
                .setPid("master@" + ip.getHostAddress() + ":" + port)
                .setHostname(hostname)
                .setVersion(version)
                .setAddress(Address.newBuilder()
                        .setHostname(hostname)
                        .setIp(ip.getHostAddress())
                        .setPort(port))
                .build();
    }

    /** The {@code ip} field for an address. */
    public static int number(Inet4Address ip) {
        byte[] octets = ip.getAddress();
        return (octets[0] & 0xff) | (octets[1] & 0xff) << 8 | (octets[2] & 0xff) << 16 | (octets[3] & 0xff) << 24;
    }

    /** The dotted address in the {@code ip} field. */
    public static String dotted(int ip) {
        return (ip & 0xff) + "." + (ip >>> 8 & 0xff) + "." + (ip >>> 16 & 0xff) + "." + (ip >>> 24 & 0xff);
    }

    /** {@code ip:port} to reach a master at: its address, or the older fields. */
    public static String hostPort(MasterInfo info) {
        if (info.hasAddress()) {
            Address address = info.getAddress();
            return (address.hasIp() ? address.getIp() : address.getHostname()) + ":" + address.getPort();
        }
        return dotted(info.getIp()) + ":" + info.getPort();
    }

    /** A master's endpoint; {@code path} is absolute, such as {@code /api/v1}. */
    public static URI uri(MasterInfo info, String path) {
        return URI.create("http://" + hostPort(info) + path);
    }
}
