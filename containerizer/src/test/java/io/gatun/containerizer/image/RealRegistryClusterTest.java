package io.gatun.containerizer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatun.containerizer.image.registry.DockerConfig;
import io.gatun.containerizer.image.registry.RegistrySettings;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.containerizer.image.spec.Json;
import io.gatun.containerizer.image.spec.MediaTypes;
import io.gatun.ffm.process.Credentials;
import io.gatun.isolator.ContainerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Debian's docker-registry on loopback, filled by skopeo; archives written by skopeo. The trees that come out are compared
 * with umoci's and with a mounted overlay's.
 */
@Tag("cluster")
class RealRegistryClusterTest {
    private static final String LIST = "cd \"$1\" && { find . -type d -printf '%p d %m %U %G\\n';"
            + " find . ! -type d -printf '%p %y %m %U %G %s %n %l %T@\\n'; find . -type f -exec sha256sum {} +;"
            + " getfattr -hRd -m '^security' -e hex .; } | LC_ALL=C sort";

    @TempDir
    static Path base;

    private static final List<Process> STARTED = new ArrayList<>();
    private static String open;
    private static String closed;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        for (String tool :
                List.of("/usr/bin/docker-registry", "/usr/bin/skopeo", "/usr/bin/umoci", "/usr/bin/getfattr")) {
            assumeTrue(
                    Files.isExecutable(Path.of(tool)),
                    tool + " is missing: packages docker-registry skopeo umoci attr");
        }
        assumeTrue(Credentials.effectiveUserId() == 0, "not root");
        open = registry("open", false);
        closed = registry("closed", true);
        LayoutWriter layout = new LayoutWriter(base.resolve("layout"));
        Map<String, Object> run = LayoutWriter.config(
                "Entrypoint",
                List.of("/usr/bin/app"),
                "Cmd",
                List.of("serve"),
                "WorkingDir",
                "/var",
                "Env",
                List.of("A=1"));
        layout.image("gzip", run, "+gzip", RichLayers.all());
        layout.image("zstd", run, "+zstd", RichLayers.all());
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", MediaTypes.OCI_INDEX);
        index.put("manifests", List.of(platform(layout, "arm64"), platform(layout, "amd64")));
        layout.add("multi", layout.blob(MediaTypes.OCI_INDEX, Json.bytes(index)));
    }

    private static Map<String, Object> platform(LayoutWriter layout, String architecture) {
        byte[] layer = new LayerBytes().file("arch", architecture).plain();
        Map<String, Object> manifest =
                layout.manifest(architecture, LayoutWriter.config("Cmd", List.of("/" + architecture)), "+gzip", layer);
        Map<String, Object> descriptor = layout.blob(MediaTypes.OCI_MANIFEST, Json.bytes(manifest));
        descriptor.put("platform", Map.of("os", "linux", "architecture", architecture));
        return descriptor;
    }

    /** Starts one; on another port where somebody has taken the first before it. */
    private static String registry(String name, boolean closed) throws IOException, InterruptedException {
        for (int tries = 0; tries < 5; tries++) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Path config = RegistryFiles.write(base, name, port, closed);
            Process registry = new ProcessBuilder("/usr/bin/docker-registry", "serve", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(base.resolve(name + ".log").toFile())
                    .start();
            STARTED.add(registry);
            if (listens(registry, port)) {
                return "127.0.0.1:" + port;
            }
        }
        throw new IllegalStateException(
                "docker-registry does not listen: " + Files.readString(base.resolve(name + ".log")));
    }

    private static boolean listens(Process registry, int port) throws InterruptedException {
        for (int i = 0; i < 1_200 && registry.isAlive(); i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                // Long enough to end if it was somebody else who answered.
                return socket.isConnected() && !registry.waitFor(500, TimeUnit.MILLISECONDS);
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        return false;
    }

    @AfterAll
    static void stop() {
        STARTED.forEach(Process::destroyForcibly);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    private static void push(String tag, String to, String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false"));
        command.addAll(List.of(options));
        command.addAll(List.of("oci:" + base.resolve("layout") + ":" + tag, to));
        run(command.toArray(String[]::new));
    }

    private static ImageRig rig(String name, String credentials) {
        return ImageRig.registries(
                base.resolve(name),
                RegistrySettings.parse("docker.io", "", open + "," + closed),
                DockerConfig.parse(credentials));
    }

    private static List<String> listing(Path tree) throws IOException, InterruptedException {
        return run("sh", "-c", LIST, "sh", tree.toString()).lines().toList();
    }

    /** What umoci, the reference implementation of the specification, makes of the image. */
    private static List<String> expected() throws IOException, InterruptedException {
        Path bundle = base.resolve("bundle");
        if (!Files.exists(bundle)) {
            run("umoci", "unpack", "--image", base.resolve("layout") + ":gzip", bundle.toString());
        }
        return listing(bundle.resolve("rootfs"));
    }

    /** Says which lines differ: the listings are long. */
    private static void assertSame(List<String> actual) throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>(actual);
        wrong.removeAll(expected());
        List<String> missing = new ArrayList<>(expected());
        missing.removeAll(actual);
        assertThat(wrong).as("in place of %s", missing).isEmpty();
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gzip, oci", "zstd, oci", "gzip, v2s2"})
    void shouldMakeTheTreeThatUmociMakes(String compression, String format) throws IOException, InterruptedException {
        String name = open + "/team/" + compression + "-" + format + ":1";
        push(compression, "docker://" + name, "--format", format);
        try (ImageRig rig = rig("agent-" + compression + format, "{}")) {
            ContainerConfig made = rig.make("c1", ImageRig.image(name));
            assertSame(listing(rig.root(made)));
            assertThat(made.argv()).containsExactly("/usr/bin/app", "serve");
            assertThat(made.environment()).containsEntry("A", "1");
            assertThat(made.filesystem().workingDirectory()).contains("/var");
        }
    }

    @Test
    void shouldMakeLayersThatAnOverlayShowsAsTheSameTree() throws IOException, InterruptedException {
        String name = open + "/team/overlay:1";
        push("gzip", "docker://" + name);
        try (ImageRig rig = rig("agent-overlay", "{}")) {
            rig.make("c1", ImageRig.image(name));
            String lower = String.join(
                    ":",
                    rig.provisioner().layers(name).stream().map(Path::toString).toList());
            Path merged = Files.createDirectories(base.resolve("merged"));
            String script = "mount -t overlay overlay -o lowerdir=$2 \"$1\" && " + LIST;
            assertSame(run("unshare", "-m", "sh", "-c", script, "sh", merged.toString(), lower)
                    .lines()
                    .toList());
        }
    }

    @Test
    void shouldChooseThePlatformOfThisHost() throws IOException, InterruptedException {
        push("multi", "docker://" + open + "/team/multi:1", "--all");
        try (ImageRig rig = rig("agent-multi", "{}")) {
            String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
            assertThat(rig.make("c1", ImageRig.image(open + "/team/multi:1")).argv())
                    .containsExactly("/" + architecture);
        }
    }

    @Test
    void shouldPullByDigest() throws IOException, InterruptedException {
        String name = open + "/team/digest";
        push("gzip", "docker://" + name + ":1");
        String digest = run(
                        "skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name + ":1")
                .strip();
        try (ImageRig rig = rig("agent-digest", "{}")) {
            assertThat(rig.make("c1", ImageRig.image(name + "@" + digest)).argv())
                    .hasSize(2);
            String other = name + "@" + digest.substring(0, digest.length() - 4) + "0000";
            assertThatThrownBy(() -> rig.make("c2", ImageRig.image(other)))
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("status 404");
        }
    }

    @Test
    void shouldShowAPasswordToARegistryThatAsksForOne() throws IOException, InterruptedException {
        String name = closed + "/private/app:1";
        push("gzip", "docker://" + name, "--dest-creds", RegistryFiles.USER);
        try (ImageRig rig = rig("agent-basic", RegistryFiles.credentials(closed, RegistryFiles.USER))) {
            assertThat(rig.make("c1", ImageRig.image(name)).argv()).hasSize(2);
        }
        try (ImageRig rig = rig("agent-none", "{}")) {
            assertThatThrownBy(() -> rig.make("c1", ImageRig.image(name)))
                    .hasMessageContaining("status 401 (who has no credentials may not pull it");
        }
    }

    @ParameterizedTest
    @CsvSource({"docker-archive, :team/saved:1", "oci-archive, :1"})
    void shouldReadArchivesOfOthers(String transport, String suffix) throws IOException, InterruptedException {
        Path images = Files.createDirectories(base.resolve("images-" + transport + "/team"));
        push("gzip", transport + ":" + images.resolve("saved.tar") + suffix);
        try (ImageRig rig = ImageRig.archives(base.resolve("agent-" + transport), images.getParent())) {
            assertSame(listing(rig.root(rig.make("c1", ImageRig.image("team/saved:1")))));
        }
    }
}
