package io.gatun.ffm.netlink;

import java.util.ArrayList;
import java.util.List;

/**
 * struct nfgenmsg, linux/netfilter/nfnetlink.h: u8 protocol family, u8 version, be16 resource. nftables' messages stand
 * between the begin and the end of a batch, which takes effect as a whole or not at all.
 */
final class NfGenMsg {
    static final int SIZE_BYTES = 4;

    /** NFPROTO_IPV4, linux/netfilter.h. */
    static final int IPV4 = 2;

    static final int NFNL_SUBSYS_CTNETLINK = 1;
    static final int NFNL_SUBSYS_NFTABLES = 10;

    private static final int NFNL_MSG_BATCH_BEGIN = 0x10;
    private static final int NFNL_MSG_BATCH_END = 0x11;

    private NfGenMsg() {}

    static NlWriter writer(int family) {
        return new NlWriter().u8(family).u8(0).be16(0);
    }

    static int type(int subsystem, int message) {
        return subsystem << 8 | message;
    }

    static List<NlRequest> batch(List<NlRequest> requests) {
        List<NlRequest> framed = new ArrayList<>(requests.size() + 2);
        framed.add(frame("NFNL_MSG_BATCH_BEGIN", NFNL_MSG_BATCH_BEGIN));
        framed.addAll(requests);
        framed.add(frame("NFNL_MSG_BATCH_END", NFNL_MSG_BATCH_END));
        return framed;
    }

    /** Linux 6.10 and later acknowledge the frame when asked, earlier ones do not: so it is not asked for. */
    private static NlRequest frame(String call, int type) {
        NlWriter writer = new NlWriter().u8(0).u8(0).be16(NFNL_SUBSYS_NFTABLES);
        return new NlRequest(call, "nftables", type, 0, writer).unacknowledged();
    }
}
