package io.gatun.master.log.node;

import io.gatun.master.log.net.FrameType;
import io.gatun.master.log.net.Link;
import io.gatun.master.log.net.OutBuffer;
import io.gatun.master.log.net.ReplyStatus;

/** The answers for a client that is connected. One thread. */
final class ClientReplies implements AppendListener {
    private static final int LENGTH = 1 + 2 * Long.BYTES;

    private final Link link;

    ClientReplies(Link link) {
        this.link = link;
    }

    @Override
    public void appended(long correlationId, long position) {
        reply(correlationId, position);
    }

    @Override
    public void notAppended(long correlationId, LogException reason) {
        reply(
                correlationId,
                reason instanceof NotLeadingException ? ReplyStatus.NOT_LEADING : ReplyStatus.UNKNOWN_OUTCOME);
    }

    /** Nothing is said to one who has gone, or does not read what it was told. */
    void reply(long correlationId, long result) {
        OutBuffer out = link.out();
        int at = link.isClosed() ? -1 : out.claim(LENGTH);
        if (at >= 0) {
            out.view().putByte(at, FrameType.REPLY);
            out.view().putLong(at + 1, correlationId);
            out.view().putLong(at + 1 + Long.BYTES, result);
            out.commit(LENGTH);
        }
    }
}
