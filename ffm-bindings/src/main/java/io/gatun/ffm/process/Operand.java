package io.gatun.ffm.process;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** An argument of a {@link SyscallRecord}: what the kernel gets, and how a manual page would write it. */
public sealed interface Operand {
    /** A pointer to nothing, or a plain zero. */
    Operand NULL = new Value(0, "NULL");

    /** How it is shown in a printed plan. */
    String shown();

    /** A number known when the plan is made. */
    record Value(long value, String shown) implements Operand {
        public Value {
            Objects.requireNonNull(shown, "shown");
        }
    }

    /** A pointer to a NUL-terminated string in UTF-8. */
    record Text(String text) implements Operand {
        @Override
        public String shown() {
            return quote(text);
        }
    }

    /** How many bytes a text has in UTF-8, without a NUL. */
    record Length(String text) implements Operand {
        int bytes() {
            return text.getBytes(StandardCharsets.UTF_8).length;
        }

        @Override
        public String shown() {
            return Integer.toString(bytes());
        }
    }

    /** A pointer to an array of 32-bit numbers. */
    record Ints(List<Integer> ints) implements Operand {
        public Ints {
            ints = List.copyOf(ints);
        }

        @Override
        public String shown() {
            return ints.toString();
        }
    }

    /** A pointer to 64-bit words: a struct or a bit set. */
    record Words(List<Long> words, String shown) implements Operand {
        public Words {
            words = List.copyOf(words);
            Objects.requireNonNull(shown, "shown");
        }
    }

    /**
     * A pointer to a struct of 64-bit words, some of which may point on: {@code struct sock_fprog}, {@code iovec}.
     *
     * @param words no {@link Result}: what a call returns is not known when the struct is laid out
     */
    record Struct(List<Operand> words, String shown) implements Operand {
        public Struct {
            words = List.copyOf(words);
            Objects.requireNonNull(shown, "shown");
            if (words.stream().anyMatch(Result.class::isInstance)) {
                throw new IllegalArgumentException(shown + ": words=" + words + ": must not refer to a result");
            }
        }
    }

    /**
     * A pointer to a NULL-terminated array of strings, as execve(2) takes.
     *
     * @param shownStrings what a printed plan has in their place: strings may be secret
     */
    record Strings(List<String> strings, List<String> shownStrings) implements Operand {
        public Strings {
            strings = List.copyOf(strings);
            shownStrings = List.copyOf(shownStrings);
        }

        /** Strings that everybody may read. */
        public Strings(List<String> strings) {
            this(strings, strings);
        }

        @Override
        public String shown() {
            return shownStrings.stream().map(Operand::quote).collect(Collectors.joining(", ", "[", "]"));
        }

        /** Its text is what it shows. */
        @Override
        public String toString() {
            return "Strings" + shown();
        }
    }

    /** What an earlier record of the same table returned. */
    record Result(String of) implements Operand {
        @Override
        public String shown() {
            return of;
        }
    }

    /** A number that is known only when the plan is carried out, such as a descriptor of the launcher. */
    record Bound(String name) implements Operand {
        @Override
        public String shown() {
            return "<" + name + ">";
        }
    }

    /** A decimal number. */
    static Operand of(long value) {
        return new Value(value, Long.toString(value));
    }

    /** A number that has a name. */
    static Operand named(long value, String shown) {
        return new Value(value, shown);
    }

    /** A pointer to a NUL-terminated string in UTF-8. */
    static Operand text(String text) {
        return new Text(text);
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
