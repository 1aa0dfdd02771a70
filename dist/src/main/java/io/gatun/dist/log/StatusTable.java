package io.gatun.dist.log;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A status for people. */
public final class StatusTable {
    private static final String[] HEAD = {"REPLICA", "ADDRESS", "MEMBER", "ROLE", "ON DISK", "LAG", "HEARD", "TROUBLE"};

    private StatusTable() {}

    /**
     * Lines for a terminal.
     *
     * @param status what {@code GET /log} answers
     */
    public static String of(JsonNode status) {
        StringBuilder text = new StringBuilder();
        JsonNode positions = status.path("positions");
        JsonNode sync = status.path("sync");
        text.append("cluster    ")
                .append(orDash(status.path("cluster").asText()))
                .append('\n');
        text.append("replica    ")
                .append(status.path("id").asText())
                .append(", ")
                .append(status.path("role").asText())
                .append(", ")
                .append(status.path("state").asText())
                .append('\n');
        text.append("epoch      ").append(status.path("epoch_text").asText()).append('\n');
        text.append("leader     ").append(leader(status)).append('\n');
        text.append("positions  committed ")
                .append(positions.path("committed").asText())
                .append(", on disk ")
                .append(positions.path("forced").asText())
                .append(", last ")
                .append(positions.path("last").asText())
                .append(", snapshot before ")
                .append(positions.path("first").asText())
                .append('\n');
        text.append("last sync  ").append(sync(sync)).append('\n');
        if (!status.path("trouble").asText().isEmpty()) {
            text.append("trouble    ").append(status.path("trouble").asText()).append('\n');
        }
        return text.append('\n').append(rows(status)).toString();
    }

    private static String leader(JsonNode status) {
        int leader = status.path("leader").asInt();
        return leader == 0 ? "none known" : "replica " + leader;
    }

    private static String sync(JsonNode sync) {
        return sync.path("count").asLong() == 0
                ? "none yet"
                : sync.path("ago_ms").asText() + " ms ago, took "
                        + sync.path("last_us").asText() + " us; longest "
                        + sync.path("max_us").asText() + " us of "
                        + sync.path("count").asText();
    }

    private static String rows(JsonNode status) {
        List<String[]> lines = new ArrayList<>();
        lines.add(HEAD);
        lines.add(new String[] {
            status.path("id").asText(),
            orDash(status.path("address").asText()),
            member(status, status.path("id").asInt()),
            status.path("role").asText(),
            status.path("positions").path("forced").asText(),
            "-",
            "-",
            "-"
        });
        for (JsonNode peer : status.path("peers")) {
            lines.add(new String[] {
                peer.path("id").asText(),
                orDash(peer.path("address").asText()),
                member(status, peer.path("id").asInt()),
                peer.path("id").asInt() == status.path("leader").asInt() ? "leader" : "-",
                number(peer.path("matched").asLong(-1)),
                number(peer.path("lag").asLong(-1)),
                peer.path("connected").asBoolean() ? peer.path("heard_ms").asText() + " ms ago" : "-",
                orDash(peer.path("trouble").asText())
            });
        }
        return aligned(lines);
    }

    private static String member(JsonNode status, int id) {
        if (contains(status.path("voters"), id)) {
            return "voter";
        }
        return contains(status.path("learners"), id) ? "learner" : "no";
    }

    private static boolean contains(JsonNode ids, int id) {
        for (JsonNode candidate : ids) {
            if (candidate.asInt() == id) {
                return true;
            }
        }
        return false;
    }

    private static String number(long value) {
        return value < 0 ? "-" : Long.toString(value);
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String aligned(List<String[]> lines) {
        int[] widths = new int[HEAD.length];
        for (String[] line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] line : lines) {
            StringBuilder padded = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                padded.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
            }
            text.append(padded.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
