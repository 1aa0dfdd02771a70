package io.gatun.isolator;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a container's resolver is told; resolv.conf(5). What is empty is taken from elsewhere: the plugin of its network, the
 * agent's default, the host.
 *
 * @param nameservers addresses
 * @param search domains
 * @param options such as {@code ndots:2}
 */
public record DnsConfig(List<String> nameservers, List<String> search, List<String> options) {
    /** Nothing said. */
    public static final DnsConfig DEFAULT = new DnsConfig(List.of(), List.of(), List.of());

    public DnsConfig {
        nameservers = List.copyOf(nameservers);
        search = List.copyOf(search);
        options = List.copyOf(options);
        Stream.of(nameservers, search, options).flatMap(List::stream).forEach(DnsConfig::requireWord);
    }

    private static void requireWord(String word) {
        if (word.isEmpty() || word.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException(
                    "dns='" + word.replaceAll("\\s", "?") + "': must not be empty or contain blanks or line breaks");
        }
    }

    /** This, and where it says nothing, the other. */
    public DnsConfig or(DnsConfig other) {
        return new DnsConfig(
                nameservers.isEmpty() ? other.nameservers : nameservers,
                search.isEmpty() ? other.search : search,
                options.isEmpty() ? other.options : options);
    }

    /** As a file. */
    public String resolvConf() {
        StringBuilder text = new StringBuilder();
        if (!search.isEmpty()) {
            text.append("search ").append(String.join(" ", search)).append('\n');
        }
        nameservers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }

    /** What a file says; the last search or domain line counts, unknown lines are passed over. */
    public static DnsConfig parse(String resolvConf) {
        List<String[]> lines = resolvConf
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 1)
                .toList();
        List<String> nameservers = lines.stream()
                .filter(words -> words[0].equals("nameserver"))
                .map(words -> words[1])
                .toList();
        List<String> search = lines.stream()
                .filter(words -> words[0].equals("search") || words[0].equals("domain"))
                .reduce((before, after) -> after)
                .map(words -> List.of(words).subList(1, words.length))
                .orElse(List.of());
        List<String> options = lines.stream()
                .filter(words -> words[0].equals("options"))
                .flatMap(words -> Stream.of(words).skip(1))
                .toList();
        return new DnsConfig(nameservers, search, options);
    }
}
