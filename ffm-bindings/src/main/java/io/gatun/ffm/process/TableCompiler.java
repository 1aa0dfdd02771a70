package io.gatun.ffm.process;

import io.gatun.ffm.Arch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lays out records, then what they point to. */
final class TableCompiler {
    private static final int FIRST_BYTES = 16 << 10;

    /** A word that gets the value of a binding. */
    record OpenNumber(int at, String name, SyscallRecord record) {}

    /** A word that gets a pointer to a text, or its length. */
    record OpenWord(int at, OpenText text) {}

    /** A word that gets a pointer to a NULL-terminated array of strings. */
    record OpenList(int at, int index) {}

    final Bytes bytes = new Bytes(new byte[0], FIRST_BYTES);
    final List<Integer> pointers = new ArrayList<>();
    final List<OpenNumber> numbers = new ArrayList<>();
    final List<OpenWord> texts = new ArrayList<>();
    final List<OpenWord> lengths = new ArrayList<>();
    final List<OpenList> lists = new ArrayList<>();
    private final NameForm form;
    private final Map<String, Integer> results = new HashMap<>();

    TableCompiler(Arch arch, SyscallTable table, NameForm form) {
        this.form = form;
        List<SyscallRecord> records = table.records();
        int end = SyscallTable.HEADER_BYTES + records.size() * SyscallTable.RECORD_BYTES;
        bytes.reserve(end);
        point(SyscallTable.FIRST, SyscallTable.HEADER_BYTES);
        point(SyscallTable.END, end);
        for (int i = 0; i < records.size(); i++) {
            place(arch, records.get(i), SyscallTable.HEADER_BYTES + i * SyscallTable.RECORD_BYTES);
        }
    }

    private void place(Arch arch, SyscallRecord record, int at) {
        bytes.word(at + SyscallTable.NUMBER, record.call().number(arch));
        long flags = record.mayFail() ? 1L << SyscallTable.MAY_FAIL_BIT : 0;
        for (int k = 0; k < record.operands().size(); k++) {
            Operand operand = record.operands().get(k);
            flags |= operand instanceof Operand.Result ? 1L << k : 0;
            place(record, operand, at + SyscallTable.ARGUMENTS + k * Long.BYTES);
        }
        bytes.word(at + SyscallTable.FLAGS, flags);
        record.result().ifPresent(name -> results.put(name, at + SyscallTable.RESULT));
    }

    private void point(int at, int to) {
        bytes.word(at, to);
        pointers.add(at);
    }

    private void place(SyscallRecord record, Operand operand, int at) {
        switch (operand) {
            case Operand.Value v -> bytes.word(at, v.value());
            case Operand.Text t -> {
                OpenText text = OpenText.of(t.text(), form);
                if (text.isOpen()) {
                    texts.add(new OpenWord(at, text));
                } else {
                    point(at, text(t.text()));
                }
            }
            case Operand.Length l -> {
                OpenText text = OpenText.of(l.text(), form);
                if (text.isOpen()) {
                    lengths.add(new OpenWord(at, text));
                } else {
                    bytes.word(at, l.bytes());
                }
            }
            case Operand.Ints i -> point(at, ints(i.ints()));
            case Operand.Words w -> point(at, words(w.words()));
            case Operand.Strings s -> strings(s.strings(), at);
            case Operand.Struct s -> {
                int struct = bytes.reserve(s.words().size() * Long.BYTES);
                point(at, struct);
                for (int i = 0; i < s.words().size(); i++) {
                    place(record, s.words().get(i), struct + i * Long.BYTES);
                }
            }
            case Operand.Result r -> {
                Integer result = results.get(r.of());
                if (result == null) {
                    throw new IllegalArgumentException(
                            record + ": " + r.of() + ": names no result of an earlier record");
                }
                point(at, result);
            }
            case Operand.Bound b -> numbers.add(new OpenNumber(at, b.name(), record));
        }
    }

    private int text(String text) {
        return bytes.add(text.getBytes(StandardCharsets.UTF_8), 1);
    }

    private int ints(List<Integer> ints) {
        int at = bytes.reserve(ints.size() * Integer.BYTES);
        for (int i = 0; i < ints.size(); i++) {
            bytes.number(at + i * Integer.BYTES, ints.get(i));
        }
        return at;
    }

    private int words(List<Long> words) {
        int at = bytes.reserve(words.size() * Long.BYTES);
        for (int i = 0; i < words.size(); i++) {
            bytes.word(at + i * Long.BYTES, words.get(i));
        }
        return at;
    }

    private void strings(List<String> strings, int at) {
        int open = form.lists().indexOf(strings);
        if (open >= 0) {
            lists.add(new OpenList(at, open));
            return;
        }
        int array = bytes.reserve((strings.size() + 1) * Long.BYTES);
        point(at, array);
        for (int i = 0; i < strings.size(); i++) {
            point(array + i * Long.BYTES, text(strings.get(i)));
        }
    }
}
