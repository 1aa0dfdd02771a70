package io.gatun.isolator;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of processors or memory nodes, in the list format of cpuset(7): {@code 0-3,6}. Immutable. */
public final class NumberSet {
    /** Above what any kernel is built for (NR_CPUS is at most 8192). */
    private static final int MAX = 65_535;

    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

    private final BitSet numbers;

    private NumberSet(BitSet numbers) {
        this.numbers = numbers;
    }

    /**
     * Parses a list.
     *
     * @param field of the limits, for the message
     * @throws IllegalArgumentException for another format
     */
    public static NumberSet parse(String field, String list) {
        BitSet numbers = new BitSet();
        String text = list.strip();
        for (String range : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            Matcher matcher = RANGE.matcher(range.strip());
            boolean matches = matcher.matches();
            int first = matches ? Integer.parseInt(matcher.group(1)) : 0;
            int last = matches && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : first;
            Limits.require(
                    matches && first <= last && last <= MAX,
                    field,
                    list,
                    "must be a list of numbers and ranges, such as 0-3,6");
            numbers.set(first, last + 1);
        }
        return new NumberSet(numbers);
    }

    /** Whether there is no number in it. */
    public boolean isEmpty() {
        return numbers.isEmpty();
    }

    /** Ascending. */
    public List<Integer> numbers() {
        return numbers.stream().boxed().toList();
    }

    /** Whether every number of another set is in this one. */
    public boolean containsAll(NumberSet other) {
        BitSet rest = (BitSet) other.numbers.clone();
        rest.andNot(numbers);
        return rest.isEmpty();
    }

    /** The shortest list, ascending. */
    @Override
    public String toString() {
        StringBuilder list = new StringBuilder();
        for (int first = numbers.nextSetBit(0); first >= 0; ) {
            int end = numbers.nextClearBit(first);
            list.append(list.isEmpty() ? "" : ",").append(first);
            if (end - first > 1) {
                list.append('-').append(end - 1);
            }
            first = numbers.nextSetBit(end);
        }
        return list.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NumberSet set && set.numbers.equals(numbers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(numbers);
    }
}
