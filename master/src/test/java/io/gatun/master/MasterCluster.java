package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.master.election.TestZooKeeper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Masters in this process that share a log, and a ZooKeeper. */
final class MasterCluster implements AutoCloseable {
    /** A condition that may throw. */
    interface Condition {
        boolean holds() throws Exception;
    }

    final TestZooKeeper zooKeeper;
    final List<RunningMaster> masters = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Path directory;
    private final int quorum;
    private final String patience;

    MasterCluster(Path directory, int quorum) throws Exception {
        this(directory, quorum, "500ms");
    }

    private MasterCluster(Path directory, int quorum, String patience) throws Exception {
        this.directory = directory;
        this.quorum = quorum;
        this.patience = patience;
        zooKeeper = TestZooKeeper.start(Files.createDirectories(directory.resolve("zk")));
    }

    /** As many as form a log; returns when one leads. */
    static MasterCluster started(Path directory, int quorum) throws Exception {
        return started(new MasterCluster(directory, quorum));
    }

    /** The same of masters that are patient: none takes over from one that a slow machine holds up for some seconds. */
    static MasterCluster patient(Path directory, int quorum) throws Exception {
        return started(new MasterCluster(directory, quorum, "10secs"));
    }

    private static MasterCluster started(MasterCluster cluster) throws Exception {
        int quorum = cluster.quorum;
        for (int i = 0; i < 2 * quorum - 1; i++) {
            cluster.launch("m" + i);
        }
        cluster.awaitLeader();
        return cluster;
    }

    RunningMaster launch(String name) {
        MasterFlags flags = RunningMaster.flags(directory.resolve(name));
        flags.zk = "zk://" + zooKeeper.connectString() + "/mesos";
        flags.zkSessionTimeout = "2secs";
        flags.logLeaderTimeout = patience;
        flags.quorum = quorum;
        RunningMaster master = RunningMaster.with(flags);
        masters.add(master);
        return master;
    }

    /** The only one that leads and serves, as all others know. */
    RunningMaster awaitLeader() throws Exception {
        AtomicReference<RunningMaster> found = new AtomicReference<>();
        until("one master leads, and the others know it", () -> {
            List<RunningMaster> leaders = leaders();
            if (leaders.size() != 1 || !allKnow(leaders.getFirst())) {
                return false;
            }
            found.set(leaders.getFirst());
            return true;
        });
        return found.get();
    }

    private boolean allKnow(RunningMaster leader) throws IOException, InterruptedException {
        String expected = "//127.0.0.1:" + leader.master.port() + "/state";
        for (RunningMaster other : others(leader)) {
            if (!location(get(other, "/state")).equals(expected)) {
                return false;
            }
        }
        return true;
    }

    private List<RunningMaster> leaders() {
        return masters.stream().filter(master -> master.master.recovered()).toList();
    }

    List<RunningMaster> others(RunningMaster one) {
        return masters.stream().filter(master -> master != one).toList();
    }

    /** It goes for good. */
    void end(RunningMaster master) {
        masters.remove(master);
        master.close();
    }

    HttpResponse<String> get(RunningMaster master, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(master, path)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(RunningMaster master, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(master, path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElse("");
    }

    double metric(RunningMaster master, String name) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(get(master, "/metrics/snapshot").body())
                .get(name)
                .asDouble();
    }

    private static URI uri(RunningMaster master, String path) {
        return master.uri(path);
    }

    static void until(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("timeout: " + what).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        masters.forEach(RunningMaster::close);
        client.close();
        zooKeeper.close();
    }
}
