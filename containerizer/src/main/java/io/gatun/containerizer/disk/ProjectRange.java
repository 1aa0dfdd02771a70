package io.gatun.containerizer.disk;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Project ids that an agent gives to containers; Mesos' {@code --xfs_project_range}, {@code [5000-10000]} by default.
 *
 * @param first 1 or more: 0 is what belongs to no project
 * @param last at least {@code first}
 */
public record ProjectRange(int first, int last) {
    private static final Pattern TEXT = Pattern.compile("\\[?(\\d{1,9})-(\\d{1,9})]?");

    public ProjectRange {
        if (first < 1 || last < first) {
            throw new IllegalArgumentException(
                    "xfs_project_range=" + first + "-" + last + ": must start at 1 or above and not end before that");
        }
    }

    /**
     * Reads {@code [5000-10000]}, with or without brackets.
     *
     * @throws IllegalArgumentException when it is no range
     */
    public static ProjectRange parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("xfs_project_range=" + text + ": must be like [5000-10000]");
        }
        return new ProjectRange(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
}
