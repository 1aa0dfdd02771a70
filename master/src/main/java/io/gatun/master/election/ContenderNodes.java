package io.gatun.master.election;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the contenders' znodes: {@code json.info_} and ten digits, which ZooKeeper appends
 * (src/master/contender/zookeeper.cpp). Whatever else lies under the path, such as {@code log_replicas}, is no
 * contender.
 */
final class ContenderNodes {
    static final String PREFIX = "json.info_";

    // ZooKeeper's counter is an int printed as %010d: it turns negative after 2^31 children, and then has eleven
    // characters.
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(-?\\d{10})");

    private ContenderNodes() {}

    /** The contenders among {@code children}, the leader first. */
    static List<String> ordered(List<String> children) {
        return children.stream()
                .filter(name -> sequence(name).isPresent())
                .sorted(Comparator.comparingLong(name -> sequence(name).orElseThrow()))
                .toList();
    }

    /** The sequence number in a contender's name; empty for any other name. */
    static Optional<Long> sequence(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    }
}
