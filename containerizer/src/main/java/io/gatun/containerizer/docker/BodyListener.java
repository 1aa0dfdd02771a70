package io.gatun.containerizer.docker;

import io.netty.buffer.ByteBuf;

/** Takes the body of an answer as it comes, on the thread of the connection; must not block for long. */
interface BodyListener {
    /** More bytes; the buffer belongs to the caller. */
    void data(ByteBuf bytes);
}
