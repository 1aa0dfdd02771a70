package io.gatun.dist.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The user's side of a running stack on standard ports: curl and dig, as the README shows them. */
record Stack(Place place) {
    /** In the VM everything takes ten times as long as outside. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MARATHON = "http://127.0.0.1:8080";
    private static final String MASTER = "http://127.0.0.1:5050";
    private static final String AGENT = "http://127.0.0.1:5051";

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    void post(Path app) {
        String status = place.run(
                "curl",
                "-sS",
                "-o",
                "/dev/stderr",
                "-w",
                "\n%{http_code}",
                "-H",
                "Content-Type: application/json",
                "-d",
                "@" + app,
                MARATHON + "/v2/apps");
        if (!status.endsWith("201")) {
            throw new AssertionError("POST " + app + ": " + status);
        }
    }

    void post(Path folder, String json) {
        try {
            Path file = Files.createTempFile(folder, "app", ".json");
            post(Files.writeString(file, json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String app) {
        place.run("curl", "-sSf", "-X", "DELETE", MARATHON + "/v2/apps/" + app + "?force=true");
    }

    JsonNode marathon(String path) {
        return parse(place.run("curl", "-sS", MARATHON + path));
    }

    JsonNode agent(String path) {
        return parse(place.run("curl", "-sSf", AGENT + path));
    }

    /** A call of the master's v1 operator API that needs no more than its type. */
    JsonNode operator(String type) {
        return parse(place.run(
                "curl",
                "-sSf",
                "-H",
                "Content-Type: application/json",
                "-H",
                "Accept: application/json",
                "-d",
                "{\"type\":\"" + type + "\"}",
                MASTER + "/api/v1"));
    }

    /** The app's tasks in TASK_RUNNING. */
    List<JsonNode> running(String app) {
        List<JsonNode> running = new ArrayList<>();
        marathon("/v2/apps/" + app + "/tasks").path("tasks").forEach(task -> {
            if (task.path("state").asText().equals("TASK_RUNNING")) {
                running.add(task);
            }
        });
        return running;
    }

    Set<String> runningIds(String app) {
        Set<String> ids = new TreeSet<>();
        running(app).forEach(task -> ids.add(task.path("id").asText()));
        return ids;
    }

    void awaitRunning(String app, int count) {
        Await.until(
                app + " has " + count + " running tasks",
                PATIENCE,
                () -> running(app).size() == count,
                () -> marathon("/v2/apps/" + app).toPrettyString() + "\n"
                        + operator("GET_TASKS").toPrettyString());
    }

    /** The lines of {@code dig +short}, sorted. */
    List<String> dig(String... question) {
        List<String> command =
                new ArrayList<>(List.of("dig", "+short", "+time=2", "+tries=2", "-p", "61053", "@127.0.0.1"));
        command.addAll(List.of(question));
        String answer = place.run(command.toArray(String[]::new));
        return answer.lines().filter(line -> !line.isBlank()).sorted().toList();
    }

    void awaitListener(int port) {
        Await.until(
                "somebody listens on " + port,
                PATIENCE,
                () -> !place.run("ss", "-Hltn", "sport = :" + port).isEmpty(),
                () -> place.run("ss", "-ltnp"));
    }

    /** The host's process that listens on a TCP port. */
    long listener(int port) {
        awaitListener(port);
        String sockets = place.run("ss", "-Hltnp", "sport = :" + port);
        int at = sockets.indexOf("pid=");
        if (at < 0) {
            throw new AssertionError("nobody listens on " + port + ": " + sockets);
        }
        return Long.parseLong(sockets.substring(at + 4).split("\\D", 2)[0]);
    }
}
