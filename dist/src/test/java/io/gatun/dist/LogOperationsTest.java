package io.gatun.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.dist.zookeeper.ZookeeperFlags;
import io.gatun.dist.zookeeper.ZookeeperNode;
import io.gatun.master.Master;
import io.gatun.master.MasterFlags;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every step of docs/operations-log.md, by the commands that it names. */
@Timeout(600)
class LogOperationsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();
    private final List<Master> masters = new ArrayList<>();
    private ZookeeperNode zookeeper;

    @BeforeEach
    void start() {
        ZookeeperFlags flags = new ZookeeperFlags();
        flags.port = 0;
        flags.workDir = directory.resolve("zookeeper");
        zookeeper = ZookeeperNode.launch(flags);
    }

    @AfterEach
    void stop() {
        masters.forEach(Master::close);
        zookeeper.close();
        client.close();
    }

    private Master launch(String name, int quorum) {
        MasterFlags flags = new MasterFlags();
        flags.port = 0;
        flags.workDir = directory.resolve(name);
        flags.zk = "zk://127.0.0.1:" + zookeeper.port() + "/mesos";
        flags.zkSessionTimeout = "30secs";
        // A machine that stands still for a moment has no other leader than before; one that ends is succeeded in half.
        flags.logLeaderTimeout = "5secs";
        flags.quorum = quorum;
        Master master = Master.launch(flags);
        masters.add(master);
        return master;
    }

    private void end(Master master) {
        masters.remove(master);
        master.close();
    }

    private HttpResponse<String> send(Master master, String path, String body)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + master.port() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode log(Master master) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(master, "/log", "");
        return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.createObjectNode(); // not opened yet
    }

    /** Something that the log must keep. */
    private void settle(Master master, String name, String address) throws Exception {
        until(() ->
                send(master, "/vips", "{\"" + name + "\":\"" + address + "\"}").statusCode() == 200);
    }

    private void awaitSettled(Master master, String name, String address) throws Exception {
        until(() -> {
            HttpResponse<String> vips = send(master, "/vips", "");
            return vips.statusCode() == 200 && vips.body().contains("\"" + name + "\":\"" + address + "\"");
        });
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!holds(condition)) {
            assertThat(System.nanoTime()).as("it did not happen within 120 s").isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static boolean holds(Callable<Boolean> condition) throws Exception {
        try {
            return condition.call();
        } catch (IOException e) {
            return false; // a master still redirects to one that is gone
        }
    }

    /** Starts a master with an empty log, and returns ID@HOST:PORT as it says. */
    private String newcomer(Master master) throws Exception {
        until(() -> log(master).path("id").asInt() > 0
                && !log(master).path("cluster").asText().isEmpty());
        return log(master).path("id").asText() + "@"
                + log(master).path("address").asText();
    }

    private static int gatun(String... arguments) {
        return Cli.run(arguments);
    }

    private static String printed(Callable<Integer> command, int status) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(command.call()).isEqualTo(status);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private int replace(Master master, String... options) {
        List<String> arguments = new ArrayList<>(List.of("log", "replace", "--master=127.0.0.1:" + master.port()));
        arguments.addAll(List.of(options));
        return gatun(arguments.toArray(String[]::new));
    }

    @Test
    void shouldGrowFromOneToThreeToFiveAndReplaceADeadMaster() throws Exception {
        Master first = launch("m1", 1);
        settle(first, "one.marathon", "11.0.0.1");
        int firstId = log(first).path("id").asInt();

        Master second = launch("m2", 2);
        assertThat(replace(first, "--add=" + newcomer(second))).isZero();
        Master third = launch("m3", 2);
        assertThat(replace(first, "--add=" + newcomer(third))).isZero();
        until(() -> log(first).path("voters").size() == 3);
        settle(first, "three.marathon", "11.0.0.3");

        end(first); // it is dead, and does not come back
        settle(second, "without-first.marathon", "11.0.0.2");
        Master fourth = launch("m4", 2);
        assertThat(replace(second, "--add=" + newcomer(fourth), "--remove=" + firstId))
                .isZero();
        until(() -> takesPart(fourth));

        awaitSettled(third, "three.marathon", "11.0.0.3"); // it knows who leads now
        Master fifth = launch("m5", 3);
        assertThat(replace(third, "--add=" + newcomer(fifth))).isZero();
        Master sixth = launch("m6", 3);
        assertThat(replace(third, "--add=" + newcomer(sixth))).isZero();
        until(() -> log(sixth).path("voters").size() == 5);
        end(second);
        end(third);
        settle(fourth, "five.marathon", "11.0.0.5");
        awaitSettled(fifth, "one.marathon", "11.0.0.1");
        awaitSettled(fifth, "three.marathon", "11.0.0.3");
        awaitSettled(fifth, "without-first.marathon", "11.0.0.2");
        awaitSettled(fifth, "five.marathon", "11.0.0.5");
    }

    @Test
    void shouldRestoreAMasterFromABackup() throws Exception {
        Master master = launch("m1", 1);
        settle(master, "kept.marathon", "11.0.0.1");
        end(master);
        Path log = directory.resolve("m1/replicated_log");
        Path backup = directory.resolve("backup");
        copy(log, backup);
        assertThat(printed(() -> gatun("log", "verify", backup.toString()), 0))
                .contains("backup: WHOLE")
                .contains("replica 1");

        remove(log);
        copy(backup, log);
        Master restored = launch("m1", 1);
        awaitSettled(restored, "kept.marathon", "11.0.0.1");
        String status = printed(() -> gatun("log", "status", "--master=127.0.0.1:" + restored.port()), 0);
        assertThat(status)
                .contains("replica    1, leader, WHOLE")
                .containsPattern("last sync  \\d+ ms ago, took \\d+ us");
        JsonNode metrics = JSON.readTree(send(restored, "/metrics/snapshot", "").body());
        assertThat(metrics.path("log/leading").asInt()).isEqualTo(1);
        assertThat(metrics.path("registrar/log/recovered").asInt()).isEqualTo(1);
        assertThat(metrics.path("log/position/committed").asLong()).isPositive();
        until(() -> {
            JsonNode now = JSON.readTree(send(restored, "/metrics/snapshot", "").body());
            return now.path("log/position/committed").asLong()
                    == now.path("log/position/last").asLong();
        });
        assertThat(metrics.has("log/sync_ms/p99")).isTrue();
    }

    /** Of three masters two are restored, each from a backup of its own, and the third is replaced. */
    @Test
    void shouldRestoreThreeMastersFromBackups() throws Exception {
        List<String> names = List.of("m1", "m2", "m3");
        Map<String, Master> running = new HashMap<>();
        names.forEach(name -> running.put(name, launch(name, 2)));
        settle(running.get("m1"), "kept.marathon", "11.0.0.1");

        for (String name : backedUp(running, names)) {
            end(running.get(name)); // the others go on meanwhile
            Path backup = directory.resolve("backup-" + name);
            copy(directory.resolve(name + "/replicated_log"), backup);
            assertThat(printed(() -> gatun("log", "verify", backup.toString()), 0))
                    .contains("backup-" + name + ": WHOLE");
            running.put(name, launch(name, 2));
            until(() -> takesPart(running.get(name)));
        }
        settle(running.get("m1"), "after-the-backup.marathon", "11.0.0.2");
        String lost = names.stream()
                .filter(name -> !Files.exists(directory.resolve("backup-" + name)))
                .findFirst()
                .orElseThrow();
        int lostId = log(running.get(lost)).path("id").asInt();
        List.copyOf(masters).forEach(this::end);
        for (String name : names) {
            remove(directory.resolve(name + "/replicated_log"));
        }

        List<Master> restored = new ArrayList<>();
        for (String name : names) {
            if (!name.equals(lost)) {
                Path log = directory.resolve(name + "/replicated_log");
                copy(directory.resolve("backup-" + name), log);
                assertThat(gatun("log", "verify", log.toString())).isZero();
                restored.add(launch(name, 2));
            }
        }
        awaitSettled(restored.getFirst(), "kept.marathon", "11.0.0.1");
        Master replacement = launch("m4", 2);
        assertThat(replace(restored.getFirst(), "--add=" + newcomer(replacement), "--remove=" + lostId))
                .isZero();
        until(() -> takesPart(replacement));
        until(() -> voters(replacement).size() == 3 && !voters(replacement).contains(lostId));
        for (Master master : masters) {
            String status = printed(() -> gatun("log", "status", "--master=127.0.0.1:" + master.port()), 0);
            assertThat(status).contains("WHOLE");
        }
        end(restored.getLast()); // one may be lost again
        settle(replacement, "whole-again.marathon", "11.0.0.3");
        awaitSettled(replacement, "kept.marathon", "11.0.0.1");
    }

    /** Two of three, none of which leads when it is its turn: the leader of now comes last, or not at all. */
    private List<String> backedUp(Map<String, Master> running, List<String> names) throws Exception {
        List<String> followers = new ArrayList<>();
        until(() -> {
            followers.clear();
            for (String name : names) {
                if (log(running.get(name)).path("role").asText().equals("follower")) {
                    followers.add(name);
                }
            }
            return followers.size() == 2;
        });
        return followers;
    }

    /** As that one knows, which may be a moment behind the leader. */
    private Set<Integer> voters(Master master) throws IOException, InterruptedException {
        Set<Integer> voters = new TreeSet<>();
        log(master).path("voters").forEach(id -> voters.add(id.asInt()));
        return voters;
    }

    private boolean takesPart(Master master) throws IOException, InterruptedException {
        String role = log(master).path("role").asText();
        return role.equals("follower") || role.equals("leader");
    }

    @Test
    void shouldSayWhatIsDamaged() throws Exception {
        Master master = launch("m1", 1);
        settle(master, "before.marathon", "11.0.0.1");
        end(master);
        Path log = directory.resolve("m1/replicated_log");
        int flipped = 0;
        for (Path file : files(log)) {
            byte[] content = Files.readAllBytes(file);
            int at = new String(content, StandardCharsets.ISO_8859_1).indexOf("before.marathon");
            if (at >= 0 && file.toString().endsWith(".cq4")) {
                content[at] ^= 1;
                Files.write(file, content);
                flipped++;
            }
        }
        assertThat(flipped).isPositive();
        assertThat(printed(() -> gatun("log", "verify", log.toString()), 1))
                .contains("replicated_log: DAMAGED")
                .contains("damaged: ")
                .contains(".cq4");
    }

    @Test
    void shouldRefuseAChangeThatCannotBeMeant() throws Exception {
        Master master = launch("m1", 1);
        settle(master, "kept.marathon", "11.0.0.1");
        assertThat(replace(master)).isEqualTo(1);
        assertThat(replace(master, "--add=7")).isEqualTo(1);
        assertThat(send(master, "/log/members", "{\"add\":{\"id\":7,\"address\":\"nowhere\"}}")
                        .body())
                .isEqualTo("address=nowhere: must be host:port");
        assertThat(send(master, "/log/members", "{\"remove\":0}").body()).isEqualTo("remove=0: must be 1 to 65535");
        assertThat(send(master, "/log/members", "{}").body()).isEqualTo("body: must have add or remove");
        assertThat(send(master, "/log/members", "{\"remove\":1}").statusCode()).isEqualTo(409);
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target);
        }
    }

    private static void remove(Path root) throws IOException {
        for (Path file : files(root)) {
            Files.delete(file);
        }
    }
}
