package io.gatun.containerizer.network.cni;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A version of the specification.
 *
 * @param text such as {@code 1.0.0}
 */
record CniVersion(String text) implements Comparable<CniVersion> {
    private static final Pattern TEXT = Pattern.compile("\\d{1,4}\\.\\d{1,4}\\.\\d{1,4}");

    /** From here on results list interfaces and addresses, and plugins can be chained; older ones are not spoken. */
    static final List<CniVersion> SPOKEN = Stream.of("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0")
            .map(CniVersion::new)
            .toList();

    /** CHECK, and the result of ADD for DEL. */
    private static final CniVersion CHECKS = new CniVersion("0.4.0");

    CniVersion {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("cniVersion=" + text + ": must be three numbers such as 1.0.0");
        }
    }

    /** Whether plugins have a CHECK command and take the former result with DEL. */
    boolean checks() {
        return compareTo(CHECKS) >= 0;
    }

    /**
     * The version in which a network's plugins are called: the newest that we and all of them speak, and that is not newer
     * than the network's file was written for.
     *
     * @param written versions that the file names
     * @param plugins what each plugin speaks
     */
    static Optional<CniVersion> agree(List<CniVersion> written, List<Set<String>> plugins) {
        CniVersion newest = written.stream().max(Comparator.naturalOrder()).orElseThrow();
        return SPOKEN.stream()
                .filter(version -> version.compareTo(newest) <= 0)
                .filter(version -> plugins.stream().allMatch(spoken -> spoken.contains(version.text())))
                .max(Comparator.naturalOrder());
    }

    @Override
    public int compareTo(CniVersion other) {
        String[] mine = text.split("\\.", -1);
        String[] others = other.text.split("\\.", -1);
        for (int i = 0; i < mine.length; i++) {
            int order = Integer.compare(Integer.parseInt(mine[i]), Integer.parseInt(others[i]));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return text;
    }
}
