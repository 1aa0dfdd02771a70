package io.gatun.dist.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an agent's containers use, asked over HTTP; blocks for about the time between two looks. */
public final class ContainerList {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String[] HEAD = {"CONTAINER", "EXECUTOR", "STATE", "PID", "CPUS", "MEM", "PIDS"};
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<ContainerRow> rows;

    private ContainerList(List<ContainerRow> rows) {
        this.rows = rows;
    }

    /**
     * Asks an agent twice.
     *
     * @param agent ip:port
     * @param between over which the use of CPU is measured
     * @throws StartupException when it does not answer, or not with containers
     */
    public static ContainerList ask(String agent, Duration between) {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            JsonNode earlier = get(client, agent);
            Thread.sleep(between);
            return of(earlier, get(client, agent));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("--agent=" + agent, "was not asked: interrupted", "try again", e);
        }
    }

    private static JsonNode get(HttpClient client, String agent) throws InterruptedException {
        String flag = "--agent=" + agent;
        try {
            URI uri = URI.create(
                    "http://" + agent + "/containers?show_nested=true&show_standalone=true&show_launching=true");
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new StartupException(
                        flag, "answers with status " + response.statusCode(), "wait until it has recovered");
            }
            JsonNode containers = JSON.readTree(response.body());
            if (!containers.isArray()) {
                throw new StartupException(flag, "answers, but not with containers", "give the address of an agent");
            }
            return containers;
        } catch (IllegalArgumentException e) {
            throw new StartupException(flag, "must be ip:port", "correct the flag", e);
        } catch (IOException e) {
            throw new StartupException(flag, "does not answer: " + e, "start an agent there, or correct it", e);
        }
    }

    /** Pairs what was told at two moments. */
    static ContainerList of(JsonNode earlier, JsonNode later) {
        Map<String, JsonNode> before = new HashMap<>();
        earlier.forEach(node -> before.put(node.path("container_id").asText(), node));
        List<ContainerRow> rows = new ArrayList<>();
        later.forEach(node -> rows.add(ContainerRow.of(
                before.getOrDefault(node.path("container_id").asText(), MissingNode.getInstance()), node)));
        return new ContainerList(rows);
    }

    /** For machines: an array of objects, their fields those of {@link ContainerRow}. */
    public String json() {
        return JSON.valueToTree(rows).toPrettyString();
    }

    /** For people: a line for each container. */
    public String table() {
        List<String[]> lines = new ArrayList<>();
        lines.add(HEAD);
        rows.forEach(row -> lines.add(new String[] {
            row.id(),
            row.executor().isEmpty() ? "-" : row.executor(),
            row.progress().isEmpty() ? row.state() : row.state() + " " + row.progress(),
            row.pid() == 0 ? "-" : Long.toString(row.pid()),
            cpus(row.cpus()) + (row.cpusLimit() > 0 ? "/" + cpus(row.cpusLimit()) : ""),
            mebibytes(row.memoryBytes()) + (row.memoryLimitBytes() > 0 ? "/" + mebibytes(row.memoryLimitBytes()) : ""),
            Long.toString(row.pids())
        }));
        int[] widths = new int[HEAD.length];
        lines.forEach(line -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        });
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

    private static String cpus(double cores) {
        return String.format(Locale.ROOT, "%.2f", cores);
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1fMiB", bytes / 1048576.0);
    }
}
