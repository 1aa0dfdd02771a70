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
        Running served = serve(web);
        try {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + served.port() + "/"))
                    .build();
            for (int i = 0; i < 50; i++) {
                assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("web.instance-1._app.1\n");
            }
        } finally {
            served.process().destroy();
            assertThat(served.process().waitFor(60, TimeUnit.SECONDS))
                    .as("ends at SIGTERM")
                    .isTrue();
        }
    }

    private record Running(Process process, int port) {}

    /** Runs the app's command as an agent would; again on another port, when somebody else was faster to take one. */
    private static Running serve(AppSpec app) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 5; attempt++) {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            String command = app.program().cmd().orElseThrow();
            ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command).inheritIO();
            builder.environment().put("PORT0", Integer.toString(port));
            builder.environment().put("MESOS_TASK_ID", "web.instance-1._app.1");
            Process process = builder.start();
            if (listens(process, port)) {
                return new Running(process, port);
            }
        }
        throw new AssertionError("the command ends without listening; see what it wrote to standard error");
    }

    /** Waits until it does; false when it has ended. */
    private static boolean listens(Process process, int port) throws InterruptedException {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (process.isAlive()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                if (System.nanoTime() > deadlineNs) {
                    process.destroyForcibly();
                    throw new AssertionError("nothing listens on " + port, e);
                }
                Thread.sleep(10);
            }
        }
        return false;
    }
}
