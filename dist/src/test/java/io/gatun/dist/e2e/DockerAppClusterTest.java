package io.gatun.dist.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gatun.testkit.net.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An app of type DOCKER, from its JSON to an answer over HTTP, with a real dockerd beside {@code gatun up}. */
@Tag("cluster")
class DockerAppClusterTest {
    private static final String CGROUP =
            "gatun-docker-" + ProcessHandle.current().pid();

    @TempDir
    static Path folder;

    private static NetworkNamespace namespace;
    private static Stack stack;
    private static Process dockerd;
    private static UpProcess up;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/dockerd")), "dockerd is not installed");
        NetworkNamespace.missing().ifPresent(Assumptions::abort);
        namespace = NetworkNamespace.create();
        stack = new Stack(Place.in(namespace));
        Path socket = folder.resolve("docker.sock");
        dockerd = namespace.start(
                folder.resolve("dockerd.log"),
                List.of(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t tmpfs tmpfs /run; exec dockerd --data-root " + folder.resolve("data")
                                + " --exec-root " + folder.resolve("exec") + " -p " + folder.resolve("pid")
                                + " -H unix://" + socket + " --cgroup-parent /" + CGROUP));
        Await.until(
                "dockerd answers",
                Stack.PATIENCE,
                () -> docker("version").status() == 0,
                () -> docker("version").output());
        assertThat(docker("load", "-i", BoxImage.save(folder).toString()).output())
                .contains("box:latest");
        up = UpProcess.start(
                stack.place(),
                folder,
                "--cgroups_root",
                CGROUP + "-up",
                "--containerizers",
                "docker,mesos",
                "--docker_socket",
                socket.toString());
    }

    private static NetworkNamespace.Result docker(String... arguments) {
        List<String> command =
                new java.util.ArrayList<>(List.of("docker", "-H", "unix://" + folder.resolve("docker.sock")));
        command.addAll(List.of(arguments));
        return stack.place().attempt(command.toArray(String[]::new));
    }

    @AfterAll
    static void end() throws Exception {
        if (up != null) {
            up.interrupt();
        }
        if (dockerd != null) {
            docker("ps", "-aq").output().lines().forEach(id -> docker("rm", "-f", id));
            dockerd.destroy();
            dockerd.waitFor(60, TimeUnit.SECONDS);
            removeCgroups();
        }
        if (namespace != null) {
            namespace.close();
        }
    }

    /** The engine leaves the parents of its containers' cgroups behind. */
    private static void removeCgroups() throws IOException {
        try (var found = Files.find(Path.of("/sys/fs/cgroup"), 2, (path, a) -> path.endsWith(CGROUP))) {
            for (Path group : found.toList()) {
                Files.deleteIfExists(group);
            }
        }
    }

    @Test
    void shouldServeFromAContainerOfTheEngineBesideOneOfOurs() {
        stack.post(folder, """
                {"id": "/web", "instances": 1, "cpus": 0.1, "mem": 64,
                 "container": {"type": "DOCKER", "docker": {"image": "box"},
                   "portMappings": [{"containerPort": 8000, "hostPort": 0}]},
                 "networks": [{"mode": "container/bridge"}]}
                """);
        stack.post(folder, """
                {"id": "/plain", "instances": 1, "cpus": 0.1, "mem": 32, "cmd": "sleep 1000"}
                """);
        stack.awaitRunning("web", 1);
        stack.awaitRunning("plain", 1);
        JsonNode task = stack.running("web").getFirst();
        String address = task.path("ipAddresses").path(0).path("ipAddress").asText();
        assertThat(address).as("that of the container").startsWith("172.17.");
        String page = "http://127.0.0.1:" + task.path("ports").path(0).asInt() + "/";
        Await.until(
                "the page is served",
                Stack.PATIENCE,
                () -> stack.place().attempt("curl", "-sSm60", page).output().equals("from image yes"),
                () -> stack.place().attempt("curl", "-vm60", page).output());
        assertThat(docker("ps", "--format", "{{.Names}}").output()).matches("mesos-[0-9a-f-]{36}");
        stack.delete("web");
        Await.until(
                "the engine has stopped it",
                Stack.PATIENCE,
                () -> docker("ps", "-q").output().isBlank(),
                () -> docker("ps").output());
    }
}
