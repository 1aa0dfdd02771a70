package io.gatun.ffm.process;

import java.util.List;

/**
 * What the placeholders of a {@link NameForm} stand for, by the same index. Immutable.
 *
 * @param texts without NUL
 * @param lists of texts without NUL
 */
public record Names(NameForm form, List<String> texts, List<List<String>> lists) {
    /** For tables in which nothing is left open. */
    public static final Names NONE = new Names(NameForm.NONE, List.of(), List.of());

    public Names {
        texts = List.copyOf(texts);
        lists = List.copyOf(lists);
        if (texts.size() != form.texts().size() || lists.size() != form.lists().size()) {
            throw new IllegalArgumentException("names: texts=" + texts.size() + ", lists=" + lists.size()
                    + ": must be " + form.texts().size() + " and "
                    + form.lists().size());
        }
    }

    /** A text with what its placeholders stand for. */
    public String fill(String text) {
        return OpenText.of(text, form).with(this);
    }

    /** A list, or the one that it stands for. */
    List<String> fill(List<String> list) {
        int open = form.lists().indexOf(list);
        return open < 0 ? list : lists.get(open);
    }

    /** A record with what its placeholders stand for. */
    public SyscallRecord fill(SyscallRecord record) {
        return new SyscallRecord(
                record.call(),
                record.operands().stream().map(this::fill).toList(),
                fill(record.object()),
                record.result(),
                record.mayFail());
    }

    private Operand fill(Operand operand) {
        return switch (operand) {
            case Operand.Text t -> new Operand.Text(fill(t.text()));
            case Operand.Length l -> new Operand.Length(fill(l.text()));
            case Operand.Strings s -> filled(s);
            case Operand.Struct s ->
                new Operand.Struct(s.words().stream().map(this::fill).toList(), s.shown());
            case Operand.Value _, Operand.Ints _, Operand.Words _, Operand.Result _, Operand.Bound _ -> operand;
        };
    }

    private Operand filled(Operand.Strings strings) {
        List<String> list = fill(strings.strings());
        return list == strings.strings() ? strings : new Operand.Strings(list);
    }

    /** Its text has no lists in it: an environment may be secret. */
    @Override
    public String toString() {
        return "Names" + texts;
    }
}
