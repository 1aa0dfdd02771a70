package io.gatun.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a benchmark found out.
 *
 * @param bench its name
 * @param notes lines for people below the table: how it was measured, what it stands beside
 */
public record Result(String bench, Machine machine, List<Row> rows, List<String> notes) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public Result {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /** For people: one line per row, the columns that any row has. */
    public String table() {
        Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> columns.addAll(row.ours().keySet()));
        int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                "%ngatun bench %s, commit %s%n%s, Linux %s%n%n%-" + Math.max(width, 1) + "s  %-6s",
                bench,
                machine.commit(),
                machine.text(),
                machine.kernel(),
                "",
                "unit"));
        columns.forEach(column -> text.append(String.format("%12s", column)));
        text.append(String.format("  target%n"));
        for (Row row : rows) {
            text.append(String.format("%-" + width + "s  %-6s", row.name(), row.unit()));
            columns.forEach(column ->
                    text.append(String.format("%12s", figure(row.ours().get(column)))));
            text.append("  ").append(verdict(row)).append(String.format("%n"));
            row.peers().forEach((peer, figures) -> {
                text.append(String.format("%-" + width + "s  %-6s", "  " + peer, ""));
                columns.forEach(column -> text.append(String.format("%12s", figure(figures.get(column)))));
                Double ratio = row.ratio().get(peer);
                text.append(ratio == null ? "" : comparison(ratio)).append(String.format("%n"));
            });
        }
        notes.forEach(note -> text.append(String.format("%n%s", note)));
        return text.append(String.format("%n")).toString();
    }

    private static String comparison(double ratio) {
        return ratio >= 1
                ? String.format(Locale.ROOT, "  Gatun %.1fx better", ratio)
                : String.format(Locale.ROOT, "  Gatun %.1fx worse", 1 / ratio);
    }

    private static String figure(Double value) {
        if (value == null) {
            return "-";
        }
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
    }

    private static String verdict(Row row) {
        if (row.absent().isPresent()) {
            return "absent: " + row.absent().get();
        }
        if (row.target().isEmpty()) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        row.target()
                .forEach((name, value) -> parts.add(
                        row.ours().containsKey(name)
                                ? name + " <= " + figure(value)
                                : name + " >= " + figure(value) + "x"));
        return String.join(", ", parts) + (row.holds() ? ": holds" : ": MISSED");
    }

    /**
     * For machines.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void write(Path file) {
        ObjectNode root = JSON.createObjectNode();
        root.put("bench", bench);
        root.put("commit", machine.commit());
        root.put("machine", machine.text());
        root.put("kernel", machine.kernel());
        ArrayNode array = root.putArray("rows");
        for (Row row : rows) {
            ObjectNode node = array.addObject();
            node.put("name", row.name());
            node.put("unit", row.unit());
            figures(node.putObject("ours"), row.ours());
            ObjectNode peers = node.putObject("peers");
            row.peers().forEach((peer, figures) -> figures(peers.putObject(peer), figures));
            figures(node.putObject("ratio"), row.ratio());
            figures(node.putObject("target"), row.target());
            node.put("holds", row.holds());
            row.absent().ifPresent(why -> node.put("absent", why));
        }
        try {
            Files.writeString(file, JSON.writeValueAsString(root) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("--json " + file, e);
        }
    }

    private static void figures(ObjectNode node, Map<String, Double> figures) {
        figures.forEach((name, value) -> {
            if (value == Math.rint(value)) {
                node.put(name, value.longValue());
            } else {
                node.put(name, value);
            }
        });
    }
}
