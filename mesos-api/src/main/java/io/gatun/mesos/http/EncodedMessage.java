package io.gatun.mesos.http;

import com.google.protobuf.Message;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.codec.RecordIo;

/** One message for many streams: encoded and framed at most once per media type. May be used from any thread. */
public final class EncodedMessage {
    private final Message message;

    // Racing threads may encode twice; both results are equal, and arrays are published whole.
    private volatile byte[] json;
    private volatile byte[] protobuf;

    public EncodedMessage(Message message) {
        this.message = message;
    }

    /** The message that this carries. */
    public Message message() {
        return message;
    }

    /** The RecordIO record; not to be modified. */
    byte[] record(MediaType type) {
        return switch (type) {
            case JSON -> {
                if (json == null) {
                    json = RecordIo.encode(type.encode(message));
                }
                yield json;
            }
            case PROTOBUF -> {
                if (protobuf == null) {
                    protobuf = RecordIo.encode(type.encode(message));
                }
                yield protobuf;
            }
            case RECORDIO -> throw new IllegalArgumentException("records hold JSON or protobuf");
        };
    }
}
