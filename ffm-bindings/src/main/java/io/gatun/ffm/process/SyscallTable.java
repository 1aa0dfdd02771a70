package io.gatun.ffm.process;

import io.gatun.ffm.Arch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Records as the child reads them: a header, an array of fixed-size records, and the bytes they point to, for a given
 * address in memory. Pure; the same encoding serves the trampoline in the JVM's memory and the init's data segment.
 *
 * <pre>
 *  header  0 clone_args*   8 size   16 first record*   24 end*   32 failed record*   40 its -errno   48 ... see Init
 *  record  0 number   8 six arguments   56 result   64 flags: bits 0-5 argument is a pointer to its value, 6 may fail
 * </pre>
 */
public final class SyscallTable {
    static final int CLONE_ARGS = 0;
    static final int CLONE_ARGS_BYTES = 8;
    static final int FIRST = 16;
    static final int END = 24;
    static final int FAILED = 32;
    static final int ERROR = 40;
    static final int CHILD_TID = 48;
    static final int STATUS_FD = 48;
    static final int READY_FD = 56;
    static final int WAIT_STATUS = 64;
    static final int ALL_SIGNALS = 72;
    static final int NAME = 80;
    static final int SIGINFO = 96;
    static final int ENDING_FD = SIGINFO + 128;
    static final int EXTRA_BYTES = ENDING_FD + 8;
    static final int HEADER_BYTES = EXTRA_BYTES + 8;

    static final int NUMBER = 0;
    static final int ARGUMENTS = 8;
    static final int RESULT = 56;
    static final int FLAGS = 64;
    static final int MAY_FAIL_BIT = 6;
    static final int RECORD_BYTES = 72;

    private final List<SyscallRecord> records;

    /** A table of records, run from the first on. */
    public SyscallTable(List<SyscallRecord> records) {
        this.records = List.copyOf(records);
    }

    /** The records, in order. */
    public List<SyscallRecord> records() {
        return records;
    }

    /**
     * Encodes the table for an address.
     *
     * @param address of the first byte of the result, when the child runs it
     * @param bindings the value of every {@link Operand.Bound}
     * @throws IllegalArgumentException when a name is not bound or names no earlier result
     */
    public byte[] encode(Arch arch, long address, Map<String, Long> bindings) {
        Blob blob = new Blob(address + HEADER_BYTES + (long) records.size() * RECORD_BYTES);
        ByteBuffer table = ByteBuffer.allocate(HEADER_BYTES + records.size() * RECORD_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Long> results = new HashMap<>();
        for (int i = 0; i < records.size(); i++) {
            SyscallRecord record = records.get(i);
            int at = HEADER_BYTES + i * RECORD_BYTES;
            table.putLong(at + NUMBER, record.call().number(arch));
            long flags = record.mayFail() ? 1L << MAY_FAIL_BIT : 0;
            for (int k = 0; k < record.operands().size(); k++) {
                Operand operand = record.operands().get(k);
                flags |= operand instanceof Operand.Result ? 1L << k : 0;
                table.putLong(at + ARGUMENTS + k * Long.BYTES, value(record, operand, blob, results, bindings));
            }
            table.putLong(at + FLAGS, flags);
            record.result().ifPresent(name -> results.put(name, address + at + RESULT));
        }
        table.putLong(FIRST, address + HEADER_BYTES);
        table.putLong(END, address + HEADER_BYTES + (long) records.size() * RECORD_BYTES);
        return blob.after(table.array());
    }

    /** At least as many bytes as {@link #encode} returns, whatever the address: to be had before there is one. */
    public int boundBytes() {
        int bytes = HEADER_BYTES + records.size() * RECORD_BYTES;
        for (SyscallRecord record : records) {
            for (Operand operand : record.operands()) {
                bytes += boundBytes(operand);
            }
        }
        return bytes;
    }

    private static int boundBytes(Operand operand) {
        return switch (operand) {
            case Operand.Text t -> textBytes(t.text());
            case Operand.Ints i -> (i.ints().size() + 1) * Integer.BYTES;
            case Operand.Words w -> w.words().size() * Long.BYTES;
            case Operand.Strings s ->
                s.strings().stream()
                                .mapToInt(text -> textBytes(text) + Long.BYTES)
                                .sum()
                        + Long.BYTES;
            case Operand.Struct s ->
                s.words().stream()
                        .mapToInt(word -> boundBytes(word) + Long.BYTES)
                        .sum();
            case Operand.Value _, Operand.Result _, Operand.Bound _ -> 0;
        };
    }

    /** UTF-8 takes at most three bytes for a char; then the NUL, and what aligns the next piece. */
    private static int textBytes(String text) {
        return text.length() * 3 + Long.BYTES;
    }

    /**
     * The record that failed.
     *
     * @param failed what the child left in the header
     * @param address the table's
     */
    SyscallRecord failed(long failed, long address) {
        return records.get(Math.toIntExact((failed - address - HEADER_BYTES) / RECORD_BYTES));
    }

    private static long value(
            SyscallRecord record, Operand operand, Blob blob, Map<String, Long> results, Map<String, Long> bindings) {
        return switch (operand) {
            case Operand.Value v -> v.value();
            case Operand.Text t -> blob.addText(t.text());
            case Operand.Ints i -> blob.addInts(i.ints());
            case Operand.Words w -> blob.addWords(w.words());
            case Operand.Strings s -> blob.addStrings(s.strings());
            // Pieces first: a struct's pointers are known when they are placed.
            case Operand.Struct s ->
                blob.addWords(s.words().stream()
                        .map(word -> value(record, word, blob, results, bindings))
                        .toList());
            case Operand.Result r -> known(record, r.of(), results, "names no result of an earlier record");
            case Operand.Bound b -> known(record, b.name(), bindings, "is not bound");
        };
    }

    private static long known(SyscallRecord record, String name, Map<String, Long> names, String otherwise) {
        Long value = names.get(name);
        if (value == null) {
            throw new IllegalArgumentException(record + ": " + name + ": " + otherwise);
        }
        return value;
    }

    /** The bytes after the records, 8-aligned piece by piece: pointers and longs among them stay aligned. */
    private static final class Blob {
        private static final int FIRST_BYTES = 4096;

        private final long address;
        private ByteBuffer bytes = ByteBuffer.allocate(FIRST_BYTES).order(ByteOrder.LITTLE_ENDIAN);

        Blob(long address) {
            this.address = address;
        }

        /** Makes room for a piece and returns its address. */
        private long begin(int length) {
            int at = (bytes.position() + Long.BYTES - 1) & -Long.BYTES;
            if (at + length > bytes.capacity()) {
                ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * bytes.capacity(), at + length))
                        .order(ByteOrder.LITTLE_ENDIAN);
                larger.put(bytes.flip());
                bytes = larger;
            }
            bytes.position(at);
            return address + at;
        }

        long addText(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            long at = begin(utf8.length + 1);
            bytes.put(utf8).put((byte) 0);
            return at;
        }

        long addInts(List<Integer> ints) {
            long at = begin(ints.size() * Integer.BYTES);
            ints.forEach(bytes::putInt);
            return at;
        }

        long addWords(List<Long> words) {
            long at = begin(words.size() * Long.BYTES);
            words.forEach(bytes::putLong);
            return at;
        }

        long addStrings(List<String> strings) {
            List<Long> pointers = new ArrayList<>();
            strings.forEach(string -> pointers.add(addText(string)));
            pointers.add(0L);
            return addWords(pointers);
        }

        byte[] after(byte[] table) {
            int length = (bytes.position() + Long.BYTES - 1) & -Long.BYTES;
            byte[] all = new byte[table.length + length];
            System.arraycopy(table, 0, all, 0, table.length);
            System.arraycopy(bytes.array(), 0, all, table.length, bytes.position());
            return all;
        }
    }
}
