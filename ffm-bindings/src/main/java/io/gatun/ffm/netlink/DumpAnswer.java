package io.gatun.ffm.netlink;

import io.gatun.ffm.Errno;
import io.gatun.ffm.SyscallException;
import java.nio.ByteBuffer;
import java.util.List;

/** Collects the parts of one dump up to NLMSG_DONE. */
final class DumpAnswer {
    private final NlRequest request;
    private final int sequence;
    private final List<NlReply> replies;
    private boolean complete;

    DumpAnswer(NlRequest request, int sequence, List<NlReply> replies) {
        this.request = request;
        this.sequence = sequence;
        this.replies = replies;
    }

    boolean complete() {
        return complete;
    }

    void accept(ByteBuffer buffer, int offset, int length) {
        if (buffer.getInt(offset + NlMsgHdr.SEQUENCE_OFFSET) != sequence) {
            return;
        }
        int type = Short.toUnsignedInt(buffer.getShort(offset + NlMsgHdr.TYPE_OFFSET));
        int flags = Short.toUnsignedInt(buffer.getShort(offset + NlMsgHdr.FLAGS_OFFSET));
        if ((flags & NlMsgHdr.NLM_F_DUMP_INTR) != 0) {
            throw new SyscallException(request.call(), request.object() + " (dump interrupted)", Errno.EINTR);
        }
        switch (type) {
            case NlMsgHdr.NLMSG_ERROR, NlMsgHdr.NLMSG_DONE -> {
                int error = length >= NlMsgHdr.SIZE_BYTES + Integer.BYTES
                        ? -buffer.getInt(offset + NlMsgHdr.SIZE_BYTES)
                        : 0;
                if (error != 0) {
                    throw new SyscallException(request.call(), request.object(), error);
                }
                complete = true;
            }
            case NlMsgHdr.NLMSG_OVERRUN ->
                throw new SyscallException(request.call(), request.object() + " (overrun)", Errno.ENOBUFS);
            default -> replies.add(NetlinkSocket.copy(buffer, offset, length));
        }
    }
}
