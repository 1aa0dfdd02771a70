package io.gatun.ffm.netlink;

import java.nio.ByteBuffer;

/**
 * One message of an answer.
 *
 * @param type message type
 * @param flags NLM_F_ flags
 * @param payload what followed the header, in host byte order; a copy
 */
public record NlReply(int type, int flags, ByteBuffer payload) {}
