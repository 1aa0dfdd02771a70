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
import java.util.concurrent.atomic.AtomicReference;

/** The user's side of a running stack on standard ports: curl and dig, as the README shows them. */
record Stack(Place place) {
    /** In the VM everything takes ten times as long as outside, and a machine with much else to do stands still at times. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Nobody listens, somebody else leads, nobody leads. */
    private static final Set<String> PASSING = Set.of("000", "307", "502", "503", "504");

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

    /** An HTTP status and what came with it. */
    private record Answer(String status, String body) {
        /** A master or a Marathon that does not lead at the moment, or cannot be reached: it is worth asking again. */
        boolean passing() {
            return PASSING.contains(status);
        }
    }

    /** Asks until somebody is in charge. */
    private String ask(String wanted, String... curl) {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-m", "120", "-w", "\n%{http_code}"));
        command.addAll(List.of(curl));
        AtomicReference<Answer> last = new AtomicReference<>();
        Await.until(
                String.join(" ", command),
                PATIENCE,
                () -> {
                    String output =
                            place.attempt(command.toArray(String[]::new)).output();
                    int end = output.lastIndexOf('\n');
                    last.set(new Answer(output.substring(end + 1), output.substring(0, Math.max(end, 0))));
                    return !last.get().passing();
                },
                () -> last.get().toString());
        if (!last.get().status().matches(wanted)) {
            throw new AssertionError(String.join(" ", command) + ": " + last.get());
        }
        return last.get().body();
    }

    void post(Path app) {
        ask("201", "-H", "Content-Type: application/json", "-d", "@" + app, MARATHON + "/v2/apps");
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
        ask("200", "-X", "DELETE", MARATHON + "/v2/apps/" + app + "?force=true");
    }

    JsonNode marathon(String path) {
        return parse(ask("200|404", MARATHON + path));
    }

    JsonNode master(String path) {
        return parse(ask("200", MASTER + path));
    }

    JsonNode agent(String path) {
        return parse(ask("200", AGENT + path));
    }

    /** A call of the master's v1 operator API that needs no more than its type. */
    JsonNode operator(String type) {
        return parse(ask(
                "200",
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
                new ArrayList<>(List.of("dig", "+short", "+time=10", "+tries=3", "-p", "61053", "@127.0.0.1"));
        command.addAll(List.of(question));
        String answer = place.run(command.toArray(String[]::new));
        // After a semicolon it tells of attempts in vain.
        return answer.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(";"))
                .sorted()
                .toList();
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
