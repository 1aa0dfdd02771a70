package io.gatun.ffm.netlink;

import io.gatun.ffm.SyscallException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/** Counts the acknowledgements of requests with consecutive sequence numbers; late answers to older ones are ignored. */
final class Answers {
    private final List<NlRequest> requests;
    private final int firstSequence;
    private final List<NlReply> replies;
    private final int[] errors;
    private final String[] messages;
    private final BitSet acknowledged = new BitSet();
    private final int awaited;
    private boolean refused;

    Answers(List<NlRequest> requests, int firstSequence, List<NlReply> replies) {
        this.requests = requests;
        this.firstSequence = firstSequence;
        this.replies = replies;
        this.errors = new int[requests.size()];
        this.messages = new String[requests.size()];
        this.awaited = (int) requests.stream().filter(NlRequest::isAcknowledged).count();
    }

    List<NlRequest> requests() {
        return requests;
    }

    boolean complete() {
        return refused || acknowledged.cardinality() == awaited;
    }

    /** 0 or a positive errno. */
    int error(int index) {
        return errors[index];
    }

    void check(int index) {
        if (errors[index] != 0) {
            NlRequest request = requests.get(index);
            String text = messages[index].isEmpty() ? "" : " (" + messages[index] + ")";
            throw new SyscallException(request.call(), request.object() + text, errors[index]);
        }
    }

    void accept(ByteBuffer buffer, int offset, int length) {
        int index = buffer.getInt(offset + NlMsgHdr.SEQUENCE_OFFSET) - firstSequence;
        if (index < 0 || index >= requests.size()) {
            return;
        }
        int type = Short.toUnsignedInt(buffer.getShort(offset + NlMsgHdr.TYPE_OFFSET));
        if (type != NlMsgHdr.NLMSG_ERROR) {
            replies.add(NetlinkSocket.copy(buffer, offset, length));
            return;
        }
        if (length < NlMsgHdr.SIZE_BYTES + Integer.BYTES) {
            throw new NetlinkFormatException("acknowledgement of " + length + " bytes");
        }
        errors[index] = -buffer.getInt(offset + NlMsgHdr.SIZE_BYTES);
        messages[index] = NetlinkSocket.extendedMessage(buffer, offset, length);
        if (requests.get(index).isAcknowledged()) {
            acknowledged.set(index);
        } else if (errors[index] != 0) {
            // The frame of a transaction was refused: what is in it may get no answer at all.
            refused = true;
        }
    }
}
