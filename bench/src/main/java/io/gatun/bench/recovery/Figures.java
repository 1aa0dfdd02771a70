package io.gatun.bench.recovery;

import java.util.LinkedHashMap;
import java.util.Map;

/** Numbers that a process of the benchmark tells the one that started it, a line each. */
final class Figures {
    private static final String MARK = "figure ";

    private Figures() {}

    /** Tells one. */
    static void tell(String name, double value) {
        System.out.println(MARK + name + " " + value);
    }

    /** Tells one. */
    static void tell(String name, long value) {
        System.out.println(MARK + name + " " + value);
    }

    /** Those among lines that may be something else as well. */
    static Map<String, Double> of(Iterable<String> lines) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (String line : lines) {
            if (line.startsWith(MARK)) {
                String[] parts = line.substring(MARK.length()).split(" ", -1);
                figures.put(parts[0], Double.parseDouble(parts[1]));
            }
        }
        return figures;
    }
}
