package io.gatun.master.state;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an agent listens, from libprocess' text {@code slave(1)@ip:port}. */
public record AgentPid(String name, String ip, int port) {
    private static final Pattern TEXT = Pattern.compile("([^@/\\s]+)@([^@\\s]+):(\\d{1,5})");
    private static final int MAX_PORT = 65_535;

    /** Empty when {@code text} has another form. */
    public static Optional<AgentPid> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(3));
        return port > MAX_PORT ? Optional.empty() : Optional.of(new AgentPid(matcher.group(1), matcher.group(2), port));
    }
}
