package io.gatun.agent;

import java.lang.reflect.Field;
import java.util.SequencedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** The flags as /flags shows them: every one that has a value, by its name without dashes. */
final class FlagTexts {
    private FlagTexts() {}

    static SequencedMap<String, String> of(AgentFlags flags) {
        SequencedMap<String, String> texts = new TreeMap<>();
        for (Field field : AgentFlags.class.getFields()) {
            Option option = field.getAnnotation(Option.class);
            if (option == null) {
                continue;
            }
            try {
                Object value = field.get(flags);
                if (value != null) {
                    texts.put(option.names()[0].substring("--".length()), value.toString());
                }
            } catch (IllegalAccessException e) {
                throw new AssertionError("flags are public", e);
            }
        }
        return texts;
    }
}
