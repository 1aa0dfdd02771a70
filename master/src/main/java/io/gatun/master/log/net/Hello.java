package io.gatun.master.log.net;

import io.gatun.master.log.Epoch;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The first frame of a connection. Fixed part, little endian: type 8, magic 32, least and greatest version 16 each, role
 * 8, own id 32, wanted id 32, cluster 128; then the address at which the sender listens, 16 bits of length, UTF-8.
 *
 * @param least version of the protocol that the sender speaks
 * @param greatest version that it speaks
 * @param client whether it only appends, or is a replica
 * @param id of the sender; 0 for a client
 * @param wanted id of who it believes to talk to; 0 for anyone
 * @param cluster which log; all zero when the sender has none yet
 * @param address where the sender listens, {@code host:port}; empty for a client
 */
record Hello(int least, int greatest, boolean client, int id, int wanted, UUID cluster, String address) {
    /** The version that this code speaks. */
    static final int VERSION = 1;

    /** No cluster yet. */
    static final UUID NONE = new UUID(0, 0);

    /** The longest body. */
    static final int MAX_BYTES = 1024;

    private static final int MAGIC = 0x4e544147; // "GATN"
    private static final int AT_LEAST = 5;
    private static final int AT_GREATEST = 7;
    private static final int AT_ROLE = 9;
    private static final int AT_ID = 10;
    private static final int AT_WANTED = 14;
    private static final int AT_CLUSTER = 18;
    private static final int AT_ADDRESS = 34;
    private static final int AT_TEXT = 36;

    /** Of one who speaks {@link #VERSION} only. */
    static Hello of(boolean client, int id, int wanted, UUID cluster, String address) {
        return new Hello(VERSION, VERSION, client, id, wanted, cluster, address);
    }

    /** Writes a body; returns its length. */
    int encode(byte type, MutableDirectBuffer to, int at) {
        byte[] text = address.getBytes(StandardCharsets.UTF_8);
        to.putByte(at, type);
        to.putInt(at + 1, MAGIC);
        to.putShort(at + AT_LEAST, (short) least);
        to.putShort(at + AT_GREATEST, (short) greatest);
        to.putByte(at + AT_ROLE, (byte) (client ? 1 : 0));
        to.putInt(at + AT_ID, id);
        to.putInt(at + AT_WANTED, wanted);
        to.putLong(at + AT_CLUSTER, cluster.getMostSignificantBits());
        to.putLong(at + AT_CLUSTER + Long.BYTES, cluster.getLeastSignificantBits());
        to.putShort(at + AT_ADDRESS, (short) text.length);
        to.putBytes(at + AT_TEXT, text);
        return AT_TEXT + text.length;
    }

    /** The inverse of {@link #encode}. */
    static Hello decode(DirectBuffer from, int at, int length) throws FrameException {
        if (length < AT_TEXT || from.getInt(at + 1) != MAGIC) {
            throw new FrameException("the first frame is not that of a replicated log");
        }
        int text = Short.toUnsignedInt(from.getShort(at + AT_ADDRESS));
        if (length < AT_TEXT + text) {
            throw new FrameException("the first frame has " + length + " bytes and announces an address of " + text);
        }
        byte[] address = new byte[text];
        from.getBytes(at + AT_TEXT, address);
        return new Hello(
                Short.toUnsignedInt(from.getShort(at + AT_LEAST)),
                Short.toUnsignedInt(from.getShort(at + AT_GREATEST)),
                from.getByte(at + AT_ROLE) == 1,
                from.getInt(at + AT_ID),
                from.getInt(at + AT_WANTED),
                new UUID(from.getLong(at + AT_CLUSTER), from.getLong(at + AT_CLUSTER + Long.BYTES)),
                new String(address, StandardCharsets.UTF_8));
    }

    /**
     * Why one who is called like this does not go on with whoever said it; empty when it does.
     *
     * @param ownId of the listener
     * @param ownCluster of the listener
     */
    String refusal(int ownId, UUID ownCluster) {
        if (VERSION < least || VERSION > greatest) {
            return "you speak versions " + least + " to " + greatest + " of the log's protocol, this replica "
                    + VERSION;
        }
        if (wanted != 0 && wanted != ownId) {
            return "you want replica " + wanted + ", this is replica " + ownId;
        }
        if (!client && (id < 1 || id > Epoch.MAX_ID)) {
            return "you are replica " + id + "; ids are 1 to " + Epoch.MAX_ID;
        }
        if (!client && id == ownId) {
            return "you are replica " + id + ", and so is this one";
        }
        if (!cluster.equals(NONE) && !ownCluster.equals(NONE) && !cluster.equals(ownCluster)) {
            return "you are of cluster " + cluster + ", this replica is of cluster " + ownCluster;
        }
        return "";
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException when it is none
     */
    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon < 1 || port < 1 || port > 0xffff) {
                throw new IllegalArgumentException("address=" + text + ": must be host:port with a port of 1 to 65535");
            }
            return new InetSocketAddress(text.substring(0, colon), port);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("address=" + text + ": must be host:port", e);
        }
    }
}
