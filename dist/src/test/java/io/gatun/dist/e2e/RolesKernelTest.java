package io.gatun.dist.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.testkit.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every role in a process of its own, as on a cluster; master, agent and ZooKeeper are killed with -9 under a running app. */
@KernelTest(timeoutSeconds = 900)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolesKernelTest {
    private static final Stack STACK = new Stack(Place.here());
    private static final Map<String, Process> ROLES = new LinkedHashMap<>();
    private static final Map<String, Path> LOGS = new HashMap<>();
    /** An agent that starts again takes longer in the VM than 10 s, after which it would be given up. */
    private static final Duration AGENT_PING_TIMEOUT = Duration.ofSeconds(15);

    private static final String[] MASTER = {
        "--zk", "zk://127.0.0.1:2181/mesos", "--agent_ping_timeout", AGENT_PING_TIMEOUT.toSeconds() + "secs"
    };

    private static Path folder;
    private static Leftovers before;
    private static Leftovers after;
    private static Set<String> tasks;

    @BeforeAll
    static void start() throws IOException {
        folder = Files.createTempDirectory("gatun-roles");
        before = Leftovers.now(Place.here());
        role("zookeeper");
        role("master", MASTER);
        role("agent", "--container_pids_limit", "64");
        role("net");
        role("marathon");
        STACK.post(Distribution.EXAMPLES.resolve("web.json"));
        STACK.awaitRunning("web", 3);
        tasks = STACK.runningIds("web");
    }

    /** Starts a role and waits for the line that says where it serves. */
    private static void role(String name, String... flags) {
        List<String> arguments = new ArrayList<>(List.of(name));
        if (!name.equals("net") && !name.equals("marathon")) {
            arguments.addAll(List.of("--work_dir", folder.resolve(name).toString()));
        }
        arguments.addAll(List.of(flags));
        Path log = folder.resolve(name + "-" + System.nanoTime() + ".log");
        Process process = Place.here().gatun(log, arguments);
        ROLES.put(name, process);
        LOGS.put(name, log);
        Await.until(
                name + " serves",
                Stack.PATIENCE,
                () -> read(log).lines().anyMatch(line -> line.startsWith(name + ": ")) || !process.isAlive(),
                () -> read(log));
        assertThat(process.isAlive()).as(() -> name + ": " + read(log)).isTrue();
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void end() {
        ROLES.values().forEach(Process::destroyForcibly);
    }

    @Test
    @Order(1)
    void shouldKeepTasksWhenTheAgentIsKilled() throws Exception {
        String agentId = agentId();
        Set<Long> processes = listeners();
        ROLES.get("agent").destroyForcibly().waitFor();
        assertThat(listeners()).isEqualTo(processes);
        role("agent", "--container_pids_limit", "64");
        Await.until(
                "the agent has its tasks again",
                Stack.PATIENCE,
                () -> agentId().equals(agentId) && STACK.runningIds("web").equals(tasks),
                () -> STACK.operator("GET_AGENTS").toPrettyString());
        assertThat(listeners()).isEqualTo(processes);
    }

    @Test
    @Order(2)
    void shouldReportATaskThatEndedWhileTheAgentWasAway() throws Exception {
        JsonNode victim = STACK.running("web").getFirst();
        long process = STACK.listener(victim.path("ports").path(0).asInt());
        ROLES.get("agent").destroyForcibly().waitFor();
        ProcessHandle.of(process).orElseThrow().destroyForcibly();
        role("agent", "--container_pids_limit", "64");
        String id = victim.path("id").asText();
        Await.until(
                "the lost instance is replaced",
                Stack.PATIENCE,
                () -> replaced(STACK.runningIds("web"), id),
                () -> STACK.operator("GET_TASKS").toPrettyString());
        tasks = STACK.runningIds("web");
    }

    /** Judges one answer: two questions could be asked before and after the end of the lost one was known. */
    private static boolean replaced(Set<String> running, String lost) {
        return running.size() == 3 && !running.contains(lost);
    }

    @Test
    @Order(3)
    void shouldLoseNothingWhenTheMasterIsKilled() throws Exception {
        String agentId = agentId();
        Set<Long> processes = listeners();
        ROLES.get("master").destroyForcibly().waitFor();
        assertThat(STACK.dig("web.marathon.mesos", "A"))
                .as("names outlive the master")
                .isNotEmpty();
        role("master", MASTER);
        Await.until(
                "agent, framework and tasks are back",
                Stack.PATIENCE,
                () -> leading() && agentId().equals(agentId) && masterTasks() == 3,
                () -> STACK.place().run("sh", "-c", "cat " + folder + "/master-*.log"));
        assertThat(listeners()).isEqualTo(processes);
        Await.until(
                "Marathon knows its tasks",
                Stack.PATIENCE,
                () -> STACK.runningIds("web").equals(tasks),
                () -> STACK.marathon("/v2/tasks").toPrettyString());
    }

    /** Longer than a detector keeps its session, and then than the master waits for an agent that is gone. */
    @Test
    @Order(4)
    void shouldKeepTasksWhileZooKeeperIsAway() throws Exception {
        Set<Long> processes = listeners();
        int logged = read(LOGS.get("agent")).length(); // it has found none already while the master started
        ROLES.get("zookeeper").destroyForcibly().waitFor();
        Await.until(
                "the agent finds no master any more",
                Stack.PATIENCE,
                () -> read(LOGS.get("agent")).substring(logged).contains("no master is named"),
                () -> read(LOGS.get("agent")));
        Thread.sleep(AGENT_PING_TIMEOUT.plusSeconds(5));
        assertThat(metric("master/slaves_unreachable")).isZero();
        assertThat(metric("master/slaves_connected")).isOne();
        assertThat(masterTasks()).isEqualTo(3);
        assertThat(STACK.dig("web.marathon.mesos", "A")).isNotEmpty();
        assertThat(STACK.dig("leader.mesos", "A")).isNotEmpty();

        role("zookeeper");
        Await.until(
                "Marathon leads again, and has its tasks",
                Stack.PATIENCE,
                () -> STACK.runningIds("web").equals(tasks),
                () -> STACK.marathon("/v2/tasks").toPrettyString());
        assertThat(listeners()).isEqualTo(processes);
    }

    private static int metric(String name) {
        return STACK.master("/metrics/snapshot").path(name).asInt(-1);
    }

    /** Whether the master answers calls: 503 until it leads and has read its registry. */
    private static boolean leading() {
        String call = "{\"type\":\"GET_HEALTH\"}";
        String type = "Content-Type: application/json";
        String state = "{\"type\":\"GET_AGENTS\"}";
        String url = "http://127.0.0.1:5050/api/v1";
        return STACK.place().attempt("curl", "-sf", "-H", type, "-d", call, url).status() == 0
                && STACK.place()
                                .attempt("curl", "-sf", "-H", type, "-d", state, url)
                                .status()
                        == 0;
    }

    private static String agentId() {
        return STACK.operator("GET_AGENTS")
                .path("get_agents")
                .path("agents")
                .path(0)
                .path("agent_info")
                .path("id")
                .path("value")
                .asText();
    }

    private static int masterTasks() {
        return STACK.operator("GET_TASKS").path("get_tasks").path("tasks").size();
    }

    private static Set<Long> listeners() {
        Set<Long> pids = new TreeSet<>();
        for (JsonNode task : STACK.running("web")) {
            pids.add(STACK.listener(task.path("ports").path(0).asInt()));
        }
        return pids;
    }

    @Test
    @Order(5)
    void shouldEndEveryRoleOnSigterm() throws Exception {
        STACK.delete("web");
        Await.until(
                "no task is left",
                Stack.PATIENCE,
                () -> masterTasks() == 0,
                () -> STACK.operator("GET_TASKS").toPrettyString());
        for (String name : List.of("marathon", "net", "agent", "master", "zookeeper")) {
            Process process = ROLES.get(name);
            process.destroy();
            assertThat(process.waitFor(Stack.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as(name + " ends")
                    .isTrue();
        }
        after = Leftovers.now(Place.here());
    }

    @ParameterizedTest
    @EnumSource
    @Order(6)
    void shouldLeaveNothing(Leftovers.Kind kind) {
        assertThat(after.since(before, kind)).as(kind.toString()).isEmpty();
    }
}
