package io.gatun.mesos.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.Locale;
import java.util.Optional;

/**
 * The media types of Mesos' v1 APIs. {@link #RECORDIO} only frames a stream: its messages are JSON or protobuf, so it
 * cannot {@link #encode} by itself.
 */
public enum MediaType {
    JSON("application/json"),
    PROTOBUF("application/x-protobuf"),
    RECORDIO("application/recordio");

    private final String header;

    MediaType(String header) {
        this.header = header;
    }

    /** The text for {@code Content-Type} and {@code Accept}. */
    public String header() {
        return header;
    }

    /**
     * The type that a {@code Content-Type} names. Mesos compares the whole header; here case and parameters
     * ({@code application/json; charset=utf-8}) do not matter.
     *
     * @param contentType may be null
     */
    public static Optional<MediaType> parse(String contentType) {
        if (contentType == null) {
            return Optional.empty();
        }
        String name = bare(contentType);
        for (MediaType type : values()) {
            if (type.header.equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /**
     * The type to answer with, in Mesos' order: JSON when acceptable, then protobuf, then RecordIO. An absent header, and a
     * wildcard, mean JSON. Weights do not order the types, but {@code q=0} excludes one.
     *
     * @param accept the {@code Accept} header; may be null
     * @return empty when nothing offered here is acceptable (406)
     */
    public static Optional<MediaType> negotiate(String accept) {
        if (accept == null || accept.isBlank()) {
            return Optional.of(JSON);
        }
        for (MediaType type : values()) {
            if (type.acceptable(accept)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /**
     * Encodes one message.
     *
     * @throws UnsupportedOperationException for {@link #RECORDIO}
     */
    public byte[] encode(Message message) {
        return switch (this) {
            case JSON -> MesosJson.printBytes(message);
            case PROTOBUF -> message.toByteArray();
            case RECORDIO -> throw framingOnly();
        };
    }

    /**
     * Decodes one message into {@code into}, which is then complete (all required fields are set).
     *
     * @throws CodecException if the bytes are no such message
     * @throws UnsupportedOperationException for {@link #RECORDIO}
     */
    public void decode(byte[] body, Message.Builder into) throws CodecException {
        switch (this) {
            case JSON -> MesosJson.merge(body, into);
            case PROTOBUF -> mergeProtobuf(body, into);
            case RECORDIO -> throw framingOnly();
        }
    }

    private static void mergeProtobuf(byte[] body, Message.Builder into) throws CodecException {
        try {
            into.mergeFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new CodecException(
                    body.length + " bytes must be a protobuf "
                            + into.getDescriptorForType().getFullName() + ": " + e.getMessage(),
                    e);
        }
        MesosJson.requireInitialized(into);
    }

    /** Whether this type is matched by a range with a weight above 0; the most specific range decides. */
    private boolean acceptable(String accept) {
        int bestSpecificity = -1;
        boolean accepted = false;
        for (String range : accept.split(",", -1)) {
            int specificity = specificity(bare(range));
            if (specificity > bestSpecificity) {
                bestSpecificity = specificity;
                accepted = !excluded(range);
            }
        }
        return accepted;
    }

    private int specificity(String name) {
        if (name.equals(header)) {
            return 2;
        }
        // A wildcard means messages: a framed stream must be asked for by name.
        if (this == RECORDIO) {
            return -1;
        }
        return switch (name) {
            case "application/*" -> 1;
            case "*/*", "*" -> 0;
            default -> -1;
        };
    }

    private static boolean excluded(String range) {
        for (String parameter : range.split(";", -1)) {
            String text = parameter.replace(" ", "").toLowerCase(Locale.ROOT);
            if (text.matches("q=0(\\.0{0,3})?")) {
                return true;
            }
        }
        return false;
    }

    private static String bare(String value) {
        int parameters = value.indexOf(';');
        return (parameters < 0 ? value : value.substring(0, parameters)).trim().toLowerCase(Locale.ROOT);
    }

    private static UnsupportedOperationException framingOnly() {
        return new UnsupportedOperationException(
                "application/recordio frames messages; encode them as JSON or protobuf");
    }
}
