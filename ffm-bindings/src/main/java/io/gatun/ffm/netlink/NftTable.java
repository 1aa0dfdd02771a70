package io.gatun.ffm.netlink;

import io.gatun.ffm.SyscallException;
import java.util.List;

/**
 * A table of nftables for IPv4, and its chains: linux/netfilter/nf_tables.h, numbers in network order. Requests are
 * collected and sent by {@link #commit}.
 *
 * @param name at most 255 bytes
 */
public record NftTable(String name) {
    static final int NFT_MSG_NEWRULE = 6;
    static final int NFT_MSG_NEWSET = 9;
    static final int NFT_MSG_NEWSETELEM = 12;
    static final int NFT_MSG_GETSETELEM = 13;
    static final int NFT_MSG_DELSETELEM = 14;

    private static final int NFT_MSG_NEWTABLE = 0;
    private static final int NFT_MSG_DELTABLE = 2;
    private static final int NFT_MSG_NEWCHAIN = 3;
    private static final int NFT_MSG_DELRULE = 8;

    private static final int NFTA_TABLE_NAME = 1;
    private static final int NFTA_TABLE_FLAGS = 2;
    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_POLICY = 5;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFTA_HOOK_PRIORITY = 2;
    private static final int NFTA_RULE_TABLE = 1;
    private static final int NFTA_RULE_CHAIN = 2;
    private static final int NF_ACCEPT = 1;

    /** Where packets pass a chain; enum nf_inet_hooks, linux/netfilter.h. */
    public enum Hook {
        /** After arrival, before the routing decision. */
        PREROUTING(0),
        /** To a process of this host. */
        INPUT(1),
        /** From one interface to another. */
        FORWARD(2),
        /** From a process of this host. */
        OUTPUT(3),
        /** Before departure. */
        POSTROUTING(4);

        private final int number;

        Hook(int number) {
            this.number = number;
        }
    }

    /** Creates the table, or leaves the one of this name. EOPNOTSUPP without nftables in the kernel; EPERM. */
    public NlRequest create() {
        NlWriter writer =
                NfGenMsg.writer(NfGenMsg.IPV4).attrString(NFTA_TABLE_NAME, name).attrBe32(NFTA_TABLE_FLAGS, 0);
        return request("NFT_MSG_NEWTABLE", name, NFT_MSG_NEWTABLE, NlMsgHdr.NLM_F_CREATE, writer);
    }

    /** Removes the table with all that is in it. ENOENT, EPERM. */
    public NlRequest delete() {
        NlWriter writer = NfGenMsg.writer(NfGenMsg.IPV4).attrString(NFTA_TABLE_NAME, name);
        return request("NFT_MSG_DELTABLE", name, NFT_MSG_DELTABLE, 0, writer);
    }

    /**
     * Creates a base chain that lets pass what no rule decides, or leaves the one of this name.
     *
     * @param type {@code nat} or {@code filter}; ENOENT where the kernel has it not
     * @param priority its place among the chains of the hook, lower first; linux/netfilter_ipv4.h
     */
    public NlRequest chain(String chain, String type, Hook hook, int priority) {
        NlWriter writer = NfGenMsg.writer(NfGenMsg.IPV4)
                .attrString(NFTA_CHAIN_TABLE, name)
                .attrString(NFTA_CHAIN_NAME, chain)
                .attrString(NFTA_CHAIN_TYPE, type)
                .attrBe32(NFTA_CHAIN_POLICY, NF_ACCEPT);
        int place = writer.begin(NFTA_CHAIN_HOOK);
        writer.attrBe32(NFTA_HOOK_HOOKNUM, hook.number)
                .attrBe32(NFTA_HOOK_PRIORITY, priority)
                .end(place);
        return request("NFT_MSG_NEWCHAIN", name + " " + chain, NFT_MSG_NEWCHAIN, NlMsgHdr.NLM_F_CREATE, writer);
    }

    /** Removes all rules of a chain. ENOENT, EPERM. */
    public NlRequest flush(String chain) {
        NlWriter writer =
                NfGenMsg.writer(NfGenMsg.IPV4).attrString(NFTA_RULE_TABLE, name).attrString(NFTA_RULE_CHAIN, chain);
        return request("NFT_MSG_DELRULE", name + " " + chain, NFT_MSG_DELRULE, 0, writer);
    }

    /**
     * Sends requests as one transaction.
     *
     * @param socket of protocol NETLINK_NETFILTER
     * @throws SyscallException naming the first request that failed; then none took effect
     */
    public static void commit(NetlinkSocket socket, List<NlRequest> requests) {
        socket.transact(NfGenMsg.batch(requests));
    }

    static NlRequest request(String call, String object, int message, int flags, NlWriter writer) {
        return new NlRequest(call, object, NfGenMsg.type(NfGenMsg.NFNL_SUBSYS_NFTABLES, message), flags, writer);
    }
}
