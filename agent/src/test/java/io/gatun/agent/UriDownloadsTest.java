package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.agent.store.Account;
import io.gatun.mesos.v1.CommandInfo.URI;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UriDownloadsTest {
    @TempDir
    Path directory;

    @Test
    void shouldCopyFilesOfTheHost() throws Exception {
        Path source = Files.writeString(directory.resolve("tool.sh"), "#!/bin/sh\n");
        Path sandbox = Files.createDirectory(directory.resolve("sandbox"));
        fetch(sandbox, URI.newBuilder().setValue(source.toString()).setExecutable(true));
        fetch(sandbox, URI.newBuilder().setValue("file://" + source).setOutputFile("bin/other"));
        assertThat(sandbox.resolve("tool.sh")).hasContent("#!/bin/sh\n").isExecutable();
        assertThat(sandbox.resolve("bin/other")).exists();
        assertThat(Files.isExecutable(sandbox.resolve("bin/other"))).isFalse();
    }

    @Test
    void shouldDownload() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> request.response()
                            .setStatusCode(request.path().equals("/a.bin") ? 200 : 404)
                            .end("content"))
                    .listen(0, "127.0.0.1")
                    .await(60, TimeUnit.SECONDS);
            String base = "http://127.0.0.1:" + server.actualPort();
            fetch(directory, URI.newBuilder().setValue(base + "/a.bin?x=1"));
            assertThat(directory.resolve("a.bin")).hasContent("content");
            assertThatThrownBy(() -> fetch(directory, URI.newBuilder().setValue(base + "/none")))
                    .hasMessage("fetch " + base + "/none: HTTP status 404");
        } finally {
            vertx.close().await(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldRefuseWhatItWouldOnlyHalfDo() throws Exception {
        Path archive = Files.createFile(directory.resolve("a.tar.gz"));
        refuses(URI.newBuilder().setValue(archive.toString()), "archives are not extracted yet");
        refuses(URI.newBuilder().setValue("hdfs://x/y"), "must be an absolute path, file:, http: or https:");
        refuses(URI.newBuilder().setValue("/dev/zero"), "is not a regular file");
        refuses(URI.newBuilder().setValue(archive.toString()).setOutputFile("../up"), "leads out of the sandbox");
        refuses(URI.newBuilder().setValue("http://h/"), "names no file");
    }

    @Test
    void shouldNotReadTheHostsFilesForAnotherUser() throws Exception {
        Path source = Files.writeString(directory.resolve("secret"), "s");
        Path sandbox = Files.createDirectory(directory.resolve("sandbox"));
        assertThatThrownBy(() -> new UriDownloads()
                        .fetch(
                                List.of(URI.newBuilder()
                                        .setValue(source.toString())
                                        .build()),
                                sandbox,
                                Optional.of(new Account("other", 12_345, 12_345))))
                .hasMessageContaining("only for tasks that run as the agent's user");
        assertThat(sandbox).isEmptyDirectory();
    }

    private void refuses(URI.Builder uri, String why) {
        assertThatThrownBy(() -> fetch(directory, uri)).hasMessageContaining(why);
    }

    private static void fetch(Path sandbox, URI.Builder uri) {
        new UriDownloads().fetch(List.of(uri.build()), sandbox, Optional.empty());
    }
}
