package io.gatun.dist.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.testkit.net.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An app with an image and a network of its own, from its JSON to an answer over HTTP. */
@Tag("cluster")
class ImageAppClusterTest {
    @TempDir
    static Path folder;

    private static NetworkNamespace namespace;
    private static Stack stack;
    private static Leftovers before;
    private static UpProcess up;

    @BeforeAll
    static void start() throws IOException {
        NetworkNamespace.missing().ifPresent(Assumptions::abort);
        namespace = NetworkNamespace.create();
        stack = new Stack(Place.in(namespace));
        before = Leftovers.now(stack.place());
        Path registry = Files.createDirectory(folder.resolve("registry"));
        BoxImage.save(registry);
        up = UpProcess.start(
                stack.place(),
                folder,
                "--cgroups_root",
                "gatun-image-" + ProcessHandle.current().pid(),
                "--docker_registry",
                registry.toString());
    }

    @AfterAll
    static void end() throws Exception {
        try {
            if (up != null) {
                up.interrupt();
                Leftovers after = Leftovers.now(stack.place());
                for (Leftovers.Kind kind :
                        List.of(Leftovers.Kind.MOUNTS, Leftovers.Kind.DEVICES, Leftovers.Kind.ADDRESSES)) {
                    assertThat(after.since(before, kind)).as(kind.name()).isEmpty();
                }
            }
        } finally {
            if (namespace != null) {
                namespace.close();
            }
        }
    }

    @Test
    void shouldServeFromAnImageOnTheBridge() {
        stack.post(folder, """
                {"id": "/web", "instances": 1, "cpus": 0.1, "mem": 64,
                 "container": {"type": "MESOS", "docker": {"image": "box"},
                   "portMappings": [{"containerPort": 8000, "hostPort": 0, "name": "http"}]},
                 "networks": [{"mode": "container/bridge"}]}
                """);
        stack.awaitRunning("web", 1);
        JsonNode task = stack.running("web").getFirst();
        int port = task.path("ports").path(0).asInt();
        Place place = stack.place();
        Await.until(
                "the page is served",
                Stack.PATIENCE,
                () -> place.attempt("curl", "-sSm60", "http://127.0.0.1:" + port + "/")
                        .output()
                        .equals("from image yes"),
                () -> place.attempt("curl", "-vm60", "http://127.0.0.1:" + port + "/")
                                .output()
                        + stack.operator("GET_TASKS").toPrettyString());
        String address = task.path("ipAddresses").path(0).path("ipAddress").asText();
        assertThat(address).startsWith("172.29.");
        assertThat(place.run("curl", "-sSm60", "http://" + address + ":8000/")).isEqualTo("from image yes");
        stack.delete("web");
        Await.until(
                "nothing answers any more",
                Stack.PATIENCE,
                () -> place.attempt("curl", "-sSm2", "http://127.0.0.1:" + port + "/")
                                .status()
                        != 0,
                () -> stack.operator("GET_TASKS").toPrettyString());
    }

    @Test
    void shouldSayWhyAnImageCannotBeHad() {
        stack.post(folder, """
                {"id": "/none", "instances": 1, "cpus": 0.1, "mem": 64, "cmd": "true",
                 "container": {"type": "MESOS", "docker": {"image": "nowhere:7"}}}
                """);
        Await.until(
                "the task failed for want of its image",
                Stack.PATIENCE,
                () -> stack.operator("GET_TASKS").toString().contains("nowhere:7: is not in docker_registry"),
                () -> stack.operator("GET_TASKS").toPrettyString());
        stack.delete("none");
    }
}
