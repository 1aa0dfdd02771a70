package io.gatun.dist.up;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code gatun up} prints once it is ready: what runs where, what is off and why, what to type next. */
final class Report {
    private record Row(String role, String address, String state) {}

    private final List<Row> rows = new ArrayList<>();
    private final List<String> off = new ArrayList<>();

    void row(String role, String address, String state) {
        rows.add(new Row(role, address, state));
    }

    void off(List<String> lines) {
        off.addAll(lines);
    }

    String text(double startSeconds, Path workDir, String marathon, int dnsPort, String dnsIp) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%nGatun is up after %.1f s.%n%n", startSeconds));
        for (Row row : rows) {
            text.append(String.format("  %-10s %-28s %s%n", row.role, row.address, row.state));
        }
        text.append(String.format("%n  State and log: %s%n", workDir));
        if (!off.isEmpty()) {
            text.append(String.format("%n  Off on this machine:%n"));
            off.forEach(line -> text.append(String.format("    %s%n", line)));
        }
        text.append(String.format("""

                        In a second terminal:
                          curl -H 'Content-Type: application/json' -d @examples/web.json %1$s/v2/apps
                          dig +short -p %2$d web.marathon.mesos @%3$s
                          curl -X DELETE %1$s/v2/apps/web
                        Ctrl-C ends Gatun and every task.
                        """.indent(2), marathon, dnsPort, dnsIp));
        return text.toString();
    }
}
