package io.gatun.ffm.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the bytes of a table as the child would, following pointers as far as the operands of its records lead. */
final class TableReader {
    private final ByteBuffer bytes;
    private final long address;

    /** @param address of the first byte */
    TableReader(byte[] bytes, long address) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.address = address;
    }

    /** A line for each: number, arguments and what they lead to, flags. */
    List<String> records(List<SyscallRecord> expected) {
        assertThat(offset(bytes.getLong(SyscallTable.FIRST))).isEqualTo(SyscallTable.HEADER_BYTES);
        assertThat(offset(bytes.getLong(SyscallTable.END)))
                .isEqualTo(SyscallTable.HEADER_BYTES + expected.size() * SyscallTable.RECORD_BYTES);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            lines.add(record(expected.get(i), SyscallTable.HEADER_BYTES + i * SyscallTable.RECORD_BYTES));
        }
        return lines;
    }

    private String record(SyscallRecord record, int at) {
        StringBuilder line = new StringBuilder().append(bytes.getLong(at + SyscallTable.NUMBER));
        for (int k = 0; k < 6; k++) {
            int argument = at + SyscallTable.ARGUMENTS + k * Long.BYTES;
            if (k < record.operands().size()) {
                line.append(' ').append(operand(record.operands().get(k), argument));
            } else {
                assertThat(bytes.getLong(argument)).isZero();
            }
        }
        assertThat(bytes.getLong(at + SyscallTable.RESULT)).isZero();
        return line.append(" flags=")
                .append(bytes.getLong(at + SyscallTable.FLAGS))
                .toString();
    }

    private String operand(Operand operand, int at) {
        long word = bytes.getLong(at);
        return switch (operand) {
            case Operand.Value _, Operand.Length _, Operand.Bound _ -> Long.toString(word);
            case Operand.Text _ -> '"' + text(word) + '"';
            case Operand.Strings _ -> strings(word).toString();
            case Operand.Words w -> words(word, w.words().size()).toString();
            case Operand.Ints i -> ints(word, i.ints().size()).toString();
            case Operand.Struct s -> struct(s, offset(word));
            case Operand.Result _ -> {
                int record = offset(word) - SyscallTable.HEADER_BYTES - SyscallTable.RESULT;
                assertThat(record % SyscallTable.RECORD_BYTES).isZero();
                yield "*record" + record / SyscallTable.RECORD_BYTES;
            }
        };
    }

    private String struct(Operand.Struct struct, int at) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < struct.words().size(); i++) {
            words.add(operand(struct.words().get(i), at + i * Long.BYTES));
        }
        return '{' + String.join(" ", words) + '}';
    }

    private List<String> strings(long pointer) {
        List<String> all = new ArrayList<>();
        for (int at = offset(pointer); bytes.getLong(at) != 0; at += Long.BYTES) {
            all.add(text(bytes.getLong(at)));
        }
        return all;
    }

    private List<Long> words(long pointer, int count) {
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(bytes.getLong(offset(pointer) + i * Long.BYTES));
        }
        return all;
    }

    private List<Integer> ints(long pointer, int count) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(bytes.getInt(offset(pointer) + i * Integer.BYTES));
        }
        return all;
    }

    private String text(long pointer) {
        int start = offset(pointer);
        int end = start;
        while (bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        bytes.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Pieces are aligned, so that words among them are. */
    private int offset(long pointer) {
        int offset = Math.toIntExact(pointer - address);
        assertThat(offset).isBetween(0, bytes.limit() - 1);
        assertThat(offset % Long.BYTES).isZero();
        return offset;
    }
}
