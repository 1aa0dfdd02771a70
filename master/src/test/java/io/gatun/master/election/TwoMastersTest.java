package io.gatun.master.election;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.master.Master;
import io.gatun.master.MasterFlags;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole masters, on a real ZooKeeper server. */
class TwoMastersTest {
    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private TestZooKeeper zooKeeper;
    private Master first;
    private Master second;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = TestZooKeeper.start(directory.resolve("zk"));
        first = launch("first");
        awaitEqual(200, () -> get(first, "/state").statusCode());
        second = launch("second");
        awaitEqual(307, () -> get(second, "/state").statusCode());
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
        client.close();
        zooKeeper.close();
    }

    @Test
    void shouldRedirectToTheLeaderAndTakeOverWhenItGoes() throws Exception {
        HttpResponse<String> redirected = get(second, "/master/state?x=1");
        assertThat(redirected.headers().firstValue("Location"))
                .contains("//127.0.0.1:" + first.port() + "/master/state?x=1");
        assertThat(get(second, "/redirect").headers().firstValue("Location")).contains("//127.0.0.1:" + first.port());
        assertThat(get(second, "/health").statusCode()).isEqualTo(200);
        assertThat(elected(first)).isEqualTo(1);
        assertThat(elected(second)).isZero();

        first.close();

        awaitEqual(200, () -> get(second, "/state").statusCode());
        JsonNode state = new ObjectMapper().readTree(get(second, "/state").body());
        assertThat(state.get("leader").asText()).isEqualTo("master@127.0.0.1:" + second.port());
        assertThat(state.get("elected_time").asDouble())
                .isGreaterThan(state.get("start_time").asDouble());
        assertThat(elected(second)).isEqualTo(1);
    }

    @Test
    void shouldGoOnInTheSameProcessAfterTheSessionWasLost() throws Exception {
        ZooKeeper observer = zooKeeper.client();
        zooKeeper.expire(observer.exists("/mesos/json.info_0000000000", false).getEphemeralOwner());
        observer.close();
        awaitEqual(200, () -> get(second, "/state").statusCode());
        awaitEqual(307, () -> get(first, "/state").statusCode());

        second.close();

        awaitEqual(200, () -> get(first, "/state").statusCode());
        assertThat(elected(first)).isEqualTo(1);
    }

    private Master launch(String name) {
        MasterFlags flags = new MasterFlags();
        flags.port = 0;
        flags.zk = "zk://" + zooKeeper.connectString() + "/mesos";
        flags.zkSessionTimeout = "2secs";
        flags.workDir = directory.resolve(name);
        return Master.launch(flags);
    }

    private double elected(Master master) throws Exception {
        return new ObjectMapper()
                .readTree(get(master, "/metrics/snapshot").body())
                .get("master/elected")
                .asDouble();
    }

    private HttpResponse<String> get(Master master, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + master.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void awaitEqual(int expected, Callable<Integer> actual) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        int last = actual.call();
        while (last != expected && System.nanoTime() < deadline) {
            Thread.sleep(20);
            last = actual.call();
        }
        assertThat(last).isEqualTo(expected);
    }
}
