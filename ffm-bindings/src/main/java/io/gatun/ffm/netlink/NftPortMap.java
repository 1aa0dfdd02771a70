package io.gatun.ffm.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A map of nftables from protocol and port to address and port, for translation of destinations; "sets" of
 * linux/netfilter/nf_tables.h. Elements are added and removed without touching a rule.
 *
 * @param table that it belongs to
 * @param name at most 255 bytes
 */
public record NftPortMap(NftTable table, String name) {
    private static final int NFTA_SET_TABLE = 1;
    private static final int NFTA_SET_NAME = 2;
    private static final int NFTA_SET_FLAGS = 3;
    private static final int NFTA_SET_KEY_TYPE = 4;
    private static final int NFTA_SET_KEY_LEN = 5;
    private static final int NFTA_SET_DATA_TYPE = 6;
    private static final int NFTA_SET_DATA_LEN = 7;
    private static final int NFTA_SET_ID = 10;
    private static final int NFT_SET_MAP = 8;

    private static final int NFTA_SET_ELEM_LIST_TABLE = 1;
    private static final int NFTA_SET_ELEM_LIST_SET = 2;
    private static final int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_SET_ELEM_KEY = 1;
    private static final int NFTA_SET_ELEM_DATA = 2;
    private static final int NFTA_DATA_VALUE = 1;

    /**
     * Types are opaque to the kernel; {@code nft} prints by them. Six bits each: inet_proto 12, inet_service 13, ipv4_addr
     * 7 (nftables, include/datatype.h).
     */
    private static final int PROTO_SERVICE = 12 << 6 | 13;

    private static final int ADDRESS_SERVICE = 7 << 6 | 13;

    /** Each part of a concatenation starts at a multiple of four bytes. */
    private static final int PAIR_BYTES = 8;

    /**
     * An entry.
     *
     * @param protocol IPPROTO_ number
     * @param port 1 to 65535
     * @param address to which it is translated; the first byte of the dotted form is the highest
     * @param toPort to which it is translated
     */
    public record Element(int protocol, int port, int address, int toPort) {
        @Override
        public String toString() {
            return protocol + "/" + port + " to " + (address >>> 24) + "." + (address >>> 16 & 0xff) + "."
                    + (address >>> 8 & 0xff) + "." + (address & 0xff) + ":" + toPort;
        }
    }

    /** Creates the map, or leaves the one of this name. The number must be unique in a transaction. */
    public NlRequest create(int number) {
        NlWriter writer = NfGenMsg.writer(NfGenMsg.IPV4)
                .attrString(NFTA_SET_TABLE, table.name())
                .attrString(NFTA_SET_NAME, name)
                .attrBe32(NFTA_SET_FLAGS, NFT_SET_MAP)
                .attrBe32(NFTA_SET_KEY_TYPE, PROTO_SERVICE)
                .attrBe32(NFTA_SET_KEY_LEN, PAIR_BYTES)
                .attrBe32(NFTA_SET_DATA_TYPE, ADDRESS_SERVICE)
                .attrBe32(NFTA_SET_DATA_LEN, PAIR_BYTES)
                .attrBe32(NFTA_SET_ID, number);
        return NftTable.request(
                "NFT_MSG_NEWSET", table.name() + " " + name, NftTable.NFT_MSG_NEWSET, NlMsgHdr.NLM_F_CREATE, writer);
    }

    /** Adds an element. EEXIST when protocol and port are there already; ENOENT without the map. */
    public NlRequest add(Element element) {
        int flags = NlMsgHdr.NLM_F_CREATE | NlMsgHdr.NLM_F_EXCL;
        return NftTable.request(
                "NFT_MSG_NEWSETELEM", element.toString(), NftTable.NFT_MSG_NEWSETELEM, flags, elements(element));
    }

    /** Removes an element. ENOENT when it is not there. */
    public NlRequest remove(Element element) {
        return NftTable.request(
                "NFT_MSG_DELSETELEM", element.toString(), NftTable.NFT_MSG_DELSETELEM, 0, elements(element));
    }

    /**
     * What the kernel has.
     *
     * @param socket of protocol NETLINK_NETFILTER
     * @throws io.gatun.ffm.SyscallException ENOENT without the table or the map
     */
    public List<Element> elements(NetlinkSocket socket) {
        NlWriter writer = NfGenMsg.writer(NfGenMsg.IPV4)
                .attrString(NFTA_SET_ELEM_LIST_TABLE, table.name())
                .attrString(NFTA_SET_ELEM_LIST_SET, name);
        String object = table.name() + " " + name;
        List<Element> elements = new ArrayList<>();
        for (NlReply reply :
                socket.dump(NftTable.request("NFT_MSG_GETSETELEM", object, NftTable.NFT_MSG_GETSETELEM, 0, writer))) {
            NlAttributes attributes = new NlAttributes(reply.payload(), NfGenMsg.SIZE_BYTES);
            while (attributes.next()) {
                if (attributes.type() == NFTA_SET_ELEM_LIST_ELEMENTS) {
                    NlAttributes list = attributes.nested();
                    while (list.next()) {
                        elements.add(parse(list.nested()));
                    }
                }
            }
        }
        return elements;
    }

    private static Element parse(NlAttributes element) {
        ByteBuffer key = null;
        ByteBuffer data = null;
        while (element.next()) {
            if (element.type() == NFTA_SET_ELEM_KEY) {
                key = value(element.nested());
            } else if (element.type() == NFTA_SET_ELEM_DATA) {
                data = value(element.nested());
            }
        }
        if (key == null || data == null) {
            throw new NetlinkFormatException("element of a map without key or data");
        }
        return new Element(
                Byte.toUnsignedInt(key.get(0)),
                Short.toUnsignedInt(key.getShort(4)),
                data.getInt(0),
                Short.toUnsignedInt(data.getShort(4)));
    }

    private static ByteBuffer value(NlAttributes data) {
        while (data.next()) {
            if (data.type() == NFTA_DATA_VALUE && data.length() == PAIR_BYTES) {
                return ByteBuffer.wrap(data.bytes()).order(ByteOrder.BIG_ENDIAN);
            }
        }
        throw new NetlinkFormatException("element of a map without a value of " + PAIR_BYTES + " bytes");
    }

    private NlWriter elements(Element element) {
        NlWriter writer = NfGenMsg.writer(NfGenMsg.IPV4)
                .attrString(NFTA_SET_ELEM_LIST_TABLE, table.name())
                .attrString(NFTA_SET_ELEM_LIST_SET, name);
        int list = writer.begin(NFTA_SET_ELEM_LIST_ELEMENTS);
        int one = writer.begin(NFTA_LIST_ELEM);
        pair(writer, NFTA_SET_ELEM_KEY, element.protocol() << 24, element.port());
        pair(writer, NFTA_SET_ELEM_DATA, element.address(), element.toPort());
        return writer.end(one).end(list);
    }

    private static void pair(NlWriter writer, int type, int first, int port) {
        int data = writer.begin(type);
        byte[] value = ByteBuffer.allocate(PAIR_BYTES)
                .putInt(first)
                .putShort((short) port)
                .array();
        writer.attrBytes(NFTA_DATA_VALUE, value).end(data);
    }
}
