package io.gatun.master.log.net;

/** First byte of a frame's body. Numbers, not an enum: they are on the wire. */
public final class FrameType {
    /** First frame of who dials: who it is, and whom it wants. */
    static final byte HELLO = 1;
    /** The answer of who was dialled. */
    static final byte WELCOME = 2;
    /** The other answer: a text, and the end. */
    static final byte REJECT = 3;
    /** Sent back at once as a {@link #PONG} with the same number. */
    static final byte PING = 4;

    static final byte PONG = 5;

    static final byte PREPARE = 10;
    static final byte PROMISE = 11;
    static final byte REFUSE = 12;
    static final byte FETCH = 13;
    static final byte FETCHED = 14;
    static final byte APPEND = 15;
    static final byte APPENDED = 16;
    static final byte BEHIND = 17;
    static final byte SNAPSHOT = 18;

    /** Between replicas that have no log yet; laid out by who forms one. */
    public static final byte FORMATION = 30;

    /** A client appends: correlation id, bytes. */
    public static final byte REQUEST = 40;
    /** Its answer: correlation id, and the position or a negative {@link ReplyStatus}. */
    public static final byte REPLY = 41;

    private FrameType() {}
}
