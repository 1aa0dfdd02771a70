package io.gatun.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.marathon.app.AppReader;
import io.gatun.marathon.app.AppSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What lies under examples/ is what the README tells people to try. */
class ExamplesTest {
    private static final Path EXAMPLES = Path.of("..", "examples");

    private static AppSpec app(Path file) throws IOException {
        return AppReader.read(Samples.exactJson(Files.readString(file)), Optional.empty(), "*");
    }

    @Test
    void shouldAllBeValidAndNamedInTheReadme() throws IOException {
        String readme = Files.readString(EXAMPLES.resolve("README.md"));
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            List<Path> apps =
                    files.filter(file -> file.toString().endsWith(".json")).toList();
            assertThat(apps).isNotEmpty();
            for (Path file : apps) {
                assertThat(app(file).id().path()).as(file.toString()).isNotEmpty();
                assertThat(readme).contains("(" + file.getFileName() + ")");
            }
        }
    }

    @Test
    void webShouldAnswerManyRequestsWithItsTaskId() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "needs /usr/bin/perl");
        AppSpec web = app(EXAMPLES.resolve("web.json"));
        assertThat(web.instances()).isEqualTo(3);
        assertThat(web.labels()).containsEntry("VIP_0", "/web:80");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", "-c", web.program().cmd().orElseThrow()).inheritIO();
        builder.environment().put("PORT0", Integer.toString(port));
        builder.environment().put("MESOS_TASK_ID", "web.instance-1._app.1");
        Process process = builder.start();
        try {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .build();
            awaitListening(port);
            for (int i = 0; i < 50; i++) {
                assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("web.instance-1._app.1\n");
            }
        } finally {
            process.destroy();
            assertThat(process.waitFor(5, TimeUnit.SECONDS))
                    .as("ends at SIGTERM")
                    .isTrue();
        }
    }

    private static void awaitListening(int port) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (IOException e) {
                Thread.sleep(10);
            }
        }
        throw new AssertionError("nothing listens on " + port);
    }
}
