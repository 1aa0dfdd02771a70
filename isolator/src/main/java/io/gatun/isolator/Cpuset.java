package io.gatun.isolator;

/**
 * Where a container runs; cpuset(7).
 *
 * @param cpus processors, empty for all
 * @param mems memory nodes, empty for all
 */
public record Cpuset(NumberSet cpus, NumberSet mems) {
    /**
     * Parses both; an empty text is an empty set.
     *
     * @param cpus such as {@code 0-3,6}
     * @throws IllegalArgumentException for another format
     */
    public static Cpuset parse(String cpus, String mems) {
        return new Cpuset(NumberSet.parse("cpuset.cpus", cpus), NumberSet.parse("cpuset.mems", mems));
    }
}
