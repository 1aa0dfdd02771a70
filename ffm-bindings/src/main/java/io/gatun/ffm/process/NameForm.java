package io.gatun.ffm.process;

import java.util.List;

/**
 * The placeholders that stand in the texts of a {@link SyscallTable} for what tables of one form differ in. Immutable.
 *
 * @param texts stand for a text, alone or within others; none begins where another does
 * @param lists stand for a whole list of strings, such as an argv
 */
public record NameForm(List<String> texts, List<List<String>> lists) {
    /** Nothing is left open. */
    public static final NameForm NONE = new NameForm(List.of(), List.of());

    public NameForm {
        texts = List.copyOf(texts);
        lists = lists.stream().map(List::copyOf).toList();
    }

    /** The index of the placeholder that begins at a place of a text; -1 for none. */
    int placeholderAt(String text, int at) {
        for (int i = 0; i < texts.size(); i++) {
            if (text.startsWith(texts.get(i), at)) {
                return i;
            }
        }
        return -1;
    }
}
