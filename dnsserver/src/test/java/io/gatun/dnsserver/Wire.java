package io.gatun.dnsserver;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A second, slow reader and writer of DNS messages, written from the RFCs apart from the server's. */
final class Wire {
    /** A record in text: {@code owner type data}. */
    record Rr(String owner, int type, int ttl, String data) {}

    /** A parsed answer. */
    record Message(
            int id, int flags, String question, List<Rr> answers, List<Rr> authority, List<Rr> additional, int length) {
        int rcode() {
            return flags & 0xf;
        }

        boolean authoritative() {
            return (flags & 0x0400) != 0;
        }

        boolean truncated() {
            return (flags & 0x0200) != 0;
        }

        List<String> data() {
            return answers.stream().map(Rr::data).toList();
        }
    }

    private Wire() {}

    /** A query; {@code ednsBytes} 0 leaves EDNS out. */
    static byte[] query(int id, String name, int type, int ednsBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        u16(out, id);
        u16(out, 0x0100);
        u16(out, 1);
        u16(out, 0);
        u16(out, 0);
        u16(out, ednsBytes > 0 ? 1 : 0);
        for (String label : name.split("\\.", -1)) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.UTF_8));
        }
        out.write(0);
        u16(out, type);
        u16(out, 1);
        if (ednsBytes > 0) {
            out.write(0);
            u16(out, 41);
            u16(out, ednsBytes);
            u16(out, 0);
            u16(out, 0);
            u16(out, 0);
        }
        return out.toByteArray();
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    static Message parse(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int id = in.getShort() & 0xffff;
        int flags = in.getShort() & 0xffff;
        int questions = in.getShort();
        int[] counts = {in.getShort(), in.getShort(), in.getShort()};
        String question = "";
        for (int i = 0; i < questions; i++) {
            question = name(in) + " " + in.getShort();
            in.getShort();
        }
        List<List<Rr>> sections = new ArrayList<>();
        for (int count : counts) {
            List<Rr> section = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                section.add(record(in));
            }
            sections.add(section);
        }
        if (in.hasRemaining()) {
            throw new IllegalStateException(in.remaining() + " bytes after the last record");
        }
        return new Message(id, flags, question, sections.get(0), sections.get(1), sections.get(2), bytes.length);
    }

    private static Rr record(ByteBuffer in) {
        String owner = name(in);
        int type = in.getShort();
        int recordClass = in.getShort() & 0xffff;
        int ttl = in.getInt();
        int length = in.getShort() & 0xffff;
        int end = in.position() + length;
        String data = data(in, type, recordClass, length);
        if (in.position() != end) {
            throw new IllegalStateException("data of " + owner + " type " + type + " has another length");
        }
        return new Rr(owner, type, ttl, data);
    }

    private static String data(ByteBuffer in, int type, int recordClass, int length) {
        return switch (type) {
            case 1, 28 -> address(in, length);
            case 2 -> name(in);
            case 6 ->
                name(in) + " " + name(in) + " " + in.getInt() + " " + in.getInt() + " " + in.getInt() + " "
                        + in.getInt() + " " + in.getInt();
            case 33 -> in.getShort() + " " + in.getShort() + " " + (in.getShort() & 0xffff) + " " + name(in);
            case 41 -> "payload " + recordClass;
            default -> throw new IllegalStateException("type " + type);
        };
    }

    private static String address(ByteBuffer in, int length) {
        byte[] address = new byte[length];
        in.get(address);
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String name(ByteBuffer in) {
        StringBuilder text = new StringBuilder();
        int length = in.get() & 0xff;
        while (length != 0) {
            if (length >= 0xc0) {
                int target = (length & 0x3f) << 8 | (in.get() & 0xff);
                if (target >= in.position()) {
                    throw new IllegalStateException("a pointer goes forward");
                }
                return text.append(name(in.duplicate().position(target))).toString();
            }
            byte[] label = new byte[length];
            in.get(label);
            text.append(new String(label, StandardCharsets.UTF_8)).append('.');
            length = in.get() & 0xff;
        }
        return text.toString();
    }
}
