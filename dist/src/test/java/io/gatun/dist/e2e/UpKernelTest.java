package io.gatun.dist.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One user's session with {@code gatun up} on a kernel with ip_vs, in the order of the README. */
@KernelTest(timeoutSeconds = 900)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UpKernelTest {
    private static final int REQUESTS = 300;
    private static final int ANSWER_MS = 60_000;
    private static final Stack STACK = new Stack(Place.here());

    private static Path folder;
    private static Leftovers before;
    private static Leftovers after;
    private static UpProcess up;

    @BeforeAll
    static void start() throws IOException {
        folder = Files.createTempDirectory("gatun-e2e");
        before = Leftovers.now(Place.here());
        up = UpProcess.start(Place.here(), folder);
    }

    @AfterAll
    static void end() {
        if (up != null) {
            up.process().destroyForcibly();
        }
    }

    @Test
    @Order(1)
    void shouldTellWhatRunsWhere() {
        assertThat(up.report())
                .contains("http://127.0.0.1:5050", "leading", "http://127.0.0.1:5051", "registered")
                .contains("@examples/web.json 127.0.0.1:8080/v2/apps")
                .contains("vips", "on, interface")
                .doesNotContain("Exception", "not registered", "not leading");
    }

    @Test
    @Order(2)
    void shouldResolveAnAppByName() {
        STACK.post(Distribution.EXAMPLES.resolve("web.json"));
        STACK.awaitRunning("web", 3);
        Await.until("three SRV records", Stack.PATIENCE, () -> srv().size() == 3, () -> srv().toString());
        assertThat(STACK.dig("web.marathon.mesos", "A")).isNotEmpty().allMatch(line -> line.matches("[0-9.]+"));
        assertThat(STACK.place().run("dig", "+short", "web.marathon.mesos", "@198.51.100.1"))
                .isNotBlank();
    }

    private static List<String> srv() {
        return STACK.dig("_web._tcp.marathon.mesos", "SRV");
    }

    private static String vip() {
        // The name has no address before the master has settled one.
        Await.until(
                "the virtual IP has an address",
                Stack.PATIENCE,
                () -> vips().size() == 1,
                () -> STACK.place().run("curl", "-sfL", "http://127.0.0.1:5050/vips"));
        return vips().getFirst();
    }

    private static List<String> vips() {
        return STACK.dig("web.marathon.l4lb.thisdcos.directory", "A");
    }

    @Test
    @Order(3)
    void shouldSpreadRequestsEvenlyOverTheInstances() throws IOException {
        awaitServers();
        Map<String, Long> connectionsBefore = connections();
        String vip = vip();
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(get(vip, 80)).startsWith("HTTP/1.").contains(" 200 ");
        }
        Map<String, Long> connections = connections();
        assertThat(connections).hasSize(3);
        connections.forEach((backend, count) -> assertThat(count - connectionsBefore.get(backend))
                .as(connections + " for " + backend)
                .isBetween(REQUESTS / 3L - 10, REQUESTS / 3L + 10));
    }

    /** A new instance is in the VIP once it runs, which is a moment before its server listens. */
    private static void awaitServers() {
        STACK.running("web")
                .forEach(task -> STACK.awaitListener(task.path("ports").path(0).asInt()));
    }

    private static String get(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), ANSWER_MS);
            socket.setSoTimeout(ANSWER_MS);
            socket.getOutputStream()
                    .write("GET / HTTP/1.0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Connections so far of each backend, from the kernel: {@code -> 10.0.2.15:31000 100 500 ...}. */
    private static Map<String, Long> connections() {
        Map<String, Long> connections = new LinkedHashMap<>();
        STACK.place()
                .run("ipvsadm", "-Ln", "--stats", "--exact")
                .lines()
                .map(String::strip)
                .forEach(line -> {
                    String[] words = line.split("\\s+", -1);
                    if (words[0].equals("->") && Character.isDigit(words[1].charAt(0))) {
                        connections.put(words[1], Long.parseLong(words[2]));
                    }
                });
        return connections;
    }

    @Test
    @Order(4)
    void shouldReplaceAKilledInstanceAndNeverAskTheDeadOne() throws IOException {
        JsonNode victim = STACK.running("web").getFirst();
        String id = victim.path("id").asText();
        int port = victim.path("ports").path(0).asInt();
        ProcessHandle.of(STACK.listener(port)).orElseThrow().destroyForcibly();
        Await.until(
                "the end of " + id + " is known",
                Stack.PATIENCE,
                () -> !STACK.runningIds("web").contains(id),
                () -> STACK.runningIds("web").toString());
        Await.until(
                "the dead backend takes no new connections",
                Stack.PATIENCE,
                () -> !STACK.place().run("ipvsadm", "-Sn").matches("(?s).*:" + port + " -m -w [1-9].*"),
                () -> STACK.place().run("ipvsadm", "-Ln"));
        STACK.awaitRunning("web", 3);
        assertThat(STACK.runningIds("web")).doesNotContain(id);
        awaitServers();
        String vip = vip();
        for (int i = 0; i < 60; i++) {
            assertThat(get(vip, 80)).contains(" 200 ").doesNotContain(id);
        }
    }

    @Test
    @Order(5)
    void shouldTakeUpItsTasksAfterKillMinusNine() throws Exception {
        Set<String> tasks = STACK.runningIds("web");
        up.kill();
        up = UpProcess.start(Place.here(), folder);
        STACK.awaitRunning("web", 3);
        assertThat(STACK.runningIds("web")).isEqualTo(tasks);
        String vip = vip();
        Await.until(
                "the VIP answers again",
                Stack.PATIENCE,
                () -> answers(vip),
                () -> STACK.place().run("ipvsadm", "-Ln"));
    }

    private static boolean answers(String vip) {
        try {
            return get(vip, 80).contains(" 200 ");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @Order(6)
    void shouldForgetADeletedApp() {
        String vip = vip();
        STACK.delete("web");
        Await.until(
                "no task is left",
                Stack.PATIENCE,
                () -> STACK.operator("GET_TASKS")
                        .path("get_tasks")
                        .path("tasks")
                        .isEmpty(),
                () -> STACK.operator("GET_TASKS").toPrettyString());
        Await.until("no name is left", Stack.PATIENCE, () -> srv().isEmpty(), () -> srv().toString());
        assertThat(STACK.dig("web.marathon.mesos", "A")).isEmpty();
        assertThat(STACK.place().run("ipvsadm", "-Sn")).doesNotContain(vip);
    }

    @Test
    @Order(7)
    void shouldEndOnCtrlCWithAnAppRunning() throws Exception {
        STACK.post(Distribution.EXAMPLES.resolve("web.json"));
        STACK.awaitRunning("web", 3);
        assertThat(up.interrupt()).as(up::printed).isEqualTo(UpProcess.ENDED_BY_SIGINT);
        after = Leftovers.now(Place.here());
    }

    @ParameterizedTest
    @EnumSource
    @Order(8)
    void shouldLeaveNothing(Leftovers.Kind kind) {
        assertThat(after.since(before, kind)).as(kind.toString()).isEmpty();
    }
}
