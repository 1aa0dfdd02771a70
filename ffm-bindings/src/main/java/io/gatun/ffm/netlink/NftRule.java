package io.gatun.ffm.netlink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A rule of nftables, written expression by expression in the order of evaluation; linux/netfilter/nf_tables.h. An
 * expression that does not match ends the rule. Registers hold 16 bytes (1 to 4) or four (8 to 23, which lie over them: 8
 * to 11 are register 1). Not thread-safe.
 */
public final class NftRule {
    private static final int NFTA_RULE_TABLE = 1;
    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NFTA_RULE_EXPRESSIONS = 4;
    private static final int NFTA_LIST_ELEM = 1;
    private static final int NFTA_EXPR_NAME = 1;
    private static final int NFTA_EXPR_DATA = 2;
    private static final int NFTA_DATA_VALUE = 1;
    private static final int NFTA_DATA_VERDICT = 2;

    private static final int NFT_REG_VERDICT = 0;
    private static final int NFT_REG_1 = 1;
    /** The second four bytes of register 1. */
    private static final int NFT_REG32_01 = 9;

    private static final int NFTA_META_DREG = 1;
    private static final int NFTA_META_KEY = 2;
    /** Name of the interface of arrival, 16 bytes. */
    private static final int NFT_META_IIFNAME = 6;
    /** Name of the interface of departure, 16 bytes. */
    private static final int NFT_META_OIFNAME = 7;
    /** Protocol of the transport layer, one byte. */
    private static final int NFT_META_L4PROTO = 16;

    private static final int NFTA_PAYLOAD_DREG = 1;
    private static final int NFTA_PAYLOAD_BASE = 2;
    private static final int NFTA_PAYLOAD_OFFSET = 3;
    private static final int NFTA_PAYLOAD_LEN = 4;
    private static final int NFT_PAYLOAD_NETWORK_HEADER = 1;
    private static final int NFT_PAYLOAD_TRANSPORT_HEADER = 2;
    private static final int SOURCE_ADDRESS_OFFSET = 12;
    private static final int DESTINATION_ADDRESS_OFFSET = 16;
    private static final int DESTINATION_PORT_OFFSET = 2;

    private static final int NFTA_CMP_SREG = 1;
    private static final int NFTA_CMP_OP = 2;
    private static final int NFTA_CMP_DATA = 3;
    private static final int NFT_CMP_EQ = 0;
    private static final int NFT_CMP_NEQ = 1;

    private static final int NFTA_BITWISE_SREG = 1;
    private static final int NFTA_BITWISE_DREG = 2;
    private static final int NFTA_BITWISE_LEN = 3;
    private static final int NFTA_BITWISE_MASK = 4;
    private static final int NFTA_BITWISE_XOR = 5;

    private static final int NFTA_FIB_DREG = 1;
    private static final int NFTA_FIB_RESULT = 2;
    private static final int NFTA_FIB_FLAGS = 3;
    private static final int NFTA_FIB_F_DADDR = 2;
    private static final int NFT_FIB_RESULT_ADDRTYPE = 3;
    /** An address of this host, linux/rtnetlink.h. */
    private static final int RTN_LOCAL = 2;

    private static final int NFTA_CT_DREG = 1;
    private static final int NFTA_CT_KEY = 2;
    private static final int NFT_CT_STATUS = 2;
    /** Connection whose destination is translated, linux/netfilter/nf_conntrack_common.h. */
    private static final int IPS_DST_NAT = 1 << 5;

    private static final int NFTA_LOOKUP_SET = 1;
    private static final int NFTA_LOOKUP_SREG = 2;
    private static final int NFTA_LOOKUP_DREG = 3;

    private static final int NFTA_NAT_TYPE = 1;
    private static final int NFTA_NAT_FAMILY = 2;
    private static final int NFTA_NAT_REG_ADDR_MIN = 3;
    private static final int NFTA_NAT_REG_PROTO_MIN = 5;
    private static final int NFT_NAT_DNAT = 1;

    private static final int NFTA_IMMEDIATE_DREG = 1;
    private static final int NFTA_IMMEDIATE_DATA = 2;
    private static final int NFTA_VERDICT_CODE = 1;
    private static final int NF_DROP = 0;

    private static final int INTERFACE_NAME_BYTES = 16;

    private final String table;
    private final String chain;
    private final NlWriter writer;
    private final int expressions;

    private NftRule(String table, String chain) {
        this.table = table;
        this.chain = chain;
        this.writer = NfGenMsg.writer(NfGenMsg.IPV4)
                .attrString(NFTA_RULE_TABLE, table)
                .attrString(NFTA_RULE_CHAIN, chain);
        this.expressions = writer.begin(NFTA_RULE_EXPRESSIONS);
    }

    /** Starts an empty rule, which matches every packet and decides nothing. */
    public static NftRule in(NftTable table, String chain) {
        return new NftRule(table.name(), chain);
    }

    /** Matches packets to an address of this host. */
    public NftRule destinationIsLocal() {
        int[] at = begin("fib");
        writer.attrBe32(NFTA_FIB_FLAGS, NFTA_FIB_F_DADDR)
                .attrBe32(NFTA_FIB_RESULT, NFT_FIB_RESULT_ADDRTYPE)
                .attrBe32(NFTA_FIB_DREG, NFT_REG_1);
        end(at);
        // The result is a word in host order.
        return compare(NFT_CMP_EQ, new NlWriter().u32(RTN_LOCAL).toByteArray());
    }

    /** Matches packets from an interface, by its name. */
    public NftRule from(String interfaceName) {
        return meta(NFT_META_IIFNAME).compare(NFT_CMP_EQ, interfaceName(interfaceName));
    }

    /** Matches packets to an interface, by its name. */
    public NftRule to(String interfaceName) {
        return meta(NFT_META_OIFNAME).compare(NFT_CMP_EQ, interfaceName(interfaceName));
    }

    /** Matches packets to any other interface. */
    public NftRule notTo(String interfaceName) {
        return meta(NFT_META_OIFNAME).compare(NFT_CMP_NEQ, interfaceName(interfaceName));
    }

    /** Matches packets whose source is in a network. */
    public NftRule sourceIn(int address, int prefixBits) {
        return network(SOURCE_ADDRESS_OFFSET, address, prefixBits, NFT_CMP_EQ);
    }

    /** Matches packets whose source is not in a network. */
    public NftRule sourceNotIn(int address, int prefixBits) {
        return network(SOURCE_ADDRESS_OFFSET, address, prefixBits, NFT_CMP_NEQ);
    }

    /** Matches packets whose destination is in a network. */
    public NftRule destinationIn(int address, int prefixBits) {
        return network(DESTINATION_ADDRESS_OFFSET, address, prefixBits, NFT_CMP_EQ);
    }

    /** Matches packets of connections whose destination was translated. */
    public NftRule destinationTranslated() {
        int[] at = begin("ct");
        writer.attrBe32(NFTA_CT_KEY, NFT_CT_STATUS).attrBe32(NFTA_CT_DREG, NFT_REG_1);
        end(at);
        // Connection tracking's status is a word in host order.
        and(new NlWriter().u32(IPS_DST_NAT).toByteArray());
        return compare(NFT_CMP_NEQ, new byte[Integer.BYTES]);
    }

    /**
     * Looks protocol and destination port up in a map and translates the destination to what it says; a packet whose
     * port is not there does not match.
     */
    public NftRule destinationByMap(NftPortMap map) {
        meta(NFT_META_L4PROTO);
        // TCP, UDP and SCTP alike have the destination port there.
        payload(NFT_PAYLOAD_TRANSPORT_HEADER, DESTINATION_PORT_OFFSET, Short.BYTES, NFT_REG32_01);
        int[] lookup = begin("lookup");
        writer.attrBe32(NFTA_LOOKUP_SREG, NFT_REG_1)
                .attrBe32(NFTA_LOOKUP_DREG, NFT_REG_1)
                .attrString(NFTA_LOOKUP_SET, map.name());
        end(lookup);
        int[] nat = begin("nat");
        writer.attrBe32(NFTA_NAT_TYPE, NFT_NAT_DNAT)
                .attrBe32(NFTA_NAT_FAMILY, NfGenMsg.IPV4)
                .attrBe32(NFTA_NAT_REG_ADDR_MIN, NFT_REG_1)
                .attrBe32(NFTA_NAT_REG_PROTO_MIN, NFT_REG32_01);
        end(nat);
        return this;
    }

    /** Translates the source to an address of the interface of departure. */
    public NftRule masquerade() {
        end(begin("masq"));
        return this;
    }

    /** Drops the packet. */
    public NftRule drop() {
        int[] at = begin("immediate");
        writer.attrBe32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
        int data = writer.begin(NFTA_IMMEDIATE_DATA);
        int verdict = writer.begin(NFTA_DATA_VERDICT);
        writer.attrBe32(NFTA_VERDICT_CODE, NF_DROP).end(verdict).end(data);
        end(at);
        return this;
    }

    /** Adds the rule at the end of its chain. Writes nothing more to it afterwards. */
    public NlRequest append() {
        writer.end(expressions);
        return NftTable.request(
                "NFT_MSG_NEWRULE",
                table + " " + chain,
                NftTable.NFT_MSG_NEWRULE,
                NlMsgHdr.NLM_F_CREATE | NlMsgHdr.NLM_F_APPEND,
                writer);
    }

    private NftRule network(int offset, int address, int prefixBits, int operator) {
        payload(NFT_PAYLOAD_NETWORK_HEADER, offset, Integer.BYTES, NFT_REG_1);
        int mask = prefixBits == 0 ? 0 : -1 << (Integer.SIZE - prefixBits);
        and(bytes(mask));
        return compare(operator, bytes(address & mask));
    }

    private NftRule meta(int key) {
        int[] at = begin("meta");
        writer.attrBe32(NFTA_META_KEY, key).attrBe32(NFTA_META_DREG, NFT_REG_1);
        end(at);
        return this;
    }

    private void payload(int base, int offset, int length, int register) {
        int[] at = begin("payload");
        writer.attrBe32(NFTA_PAYLOAD_DREG, register)
                .attrBe32(NFTA_PAYLOAD_BASE, base)
                .attrBe32(NFTA_PAYLOAD_OFFSET, offset)
                .attrBe32(NFTA_PAYLOAD_LEN, length);
        end(at);
    }

    /** Register 1 = register 1 & mask. */
    private void and(byte[] mask) {
        int[] at = begin("bitwise");
        writer.attrBe32(NFTA_BITWISE_SREG, NFT_REG_1)
                .attrBe32(NFTA_BITWISE_DREG, NFT_REG_1)
                .attrBe32(NFTA_BITWISE_LEN, mask.length);
        value(NFTA_BITWISE_MASK, mask);
        value(NFTA_BITWISE_XOR, new byte[mask.length]);
        end(at);
    }

    private NftRule compare(int operator, byte[] with) {
        int[] at = begin("cmp");
        writer.attrBe32(NFTA_CMP_SREG, NFT_REG_1).attrBe32(NFTA_CMP_OP, operator);
        value(NFTA_CMP_DATA, with);
        end(at);
        return this;
    }

    private void value(int type, byte[] value) {
        int data = writer.begin(type);
        writer.attrBytes(NFTA_DATA_VALUE, value).end(data);
    }

    private int[] begin(String expression) {
        int element = writer.begin(NFTA_LIST_ELEM);
        writer.attrString(NFTA_EXPR_NAME, expression);
        return new int[] {element, writer.begin(NFTA_EXPR_DATA)};
    }

    private void end(int[] nests) {
        writer.end(nests[1]).end(nests[0]);
    }

    private static byte[] interfaceName(String name) {
        return Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), INTERFACE_NAME_BYTES);
    }

    private static byte[] bytes(int address) {
        return new byte[] {(byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address};
    }
}
