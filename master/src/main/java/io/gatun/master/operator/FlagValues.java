package io.gatun.master.operator;

import io.gatun.master.MasterFlags;
import java.lang.reflect.Field;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The flags that a master runs with, by name without dashes. Unset flags are absent; passwords are not shown. */
public final class FlagValues {
    /** The credentials in {@code zk://user:password@host}; a password may hold an {@code @} itself. */
    private static final Pattern PASSWORD = Pattern.compile("(://[^:/@]*:)[^/]*@");

    private FlagValues() {}

    /** In the order of their names. */
    public static SequencedMap<String, String> of(MasterFlags flags) {
        SequencedMap<String, String> values = new TreeMap<>();
        for (Field field : MasterFlags.class.getFields()) {
            Option option = field.getAnnotation(Option.class);
            Object value = option == null ? null : read(field, flags);
            if (value != null) {
                String name = option.names()[0].replaceFirst("^--", "");
                values.put(name, PASSWORD.matcher(value.toString()).replaceAll("$1***@"));
            }
        }
        return values;
    }

    private static Object read(Field field, MasterFlags flags) {
        try {
            return field.get(flags);
        } catch (IllegalAccessException e) {
            throw new AssertionError("flags are public fields", e);
        }
    }
}
