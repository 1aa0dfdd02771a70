package io.gatun.containerizer.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.gatun.containerizer.image.ImageRig;
import io.gatun.containerizer.image.LayerBytes;
import io.gatun.containerizer.image.LayoutWriter;
import io.gatun.containerizer.image.spec.Digest;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Image;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What registries do wrong, and what only few of them do; the ordinary is tested against a real one. */
class RegistryFaultTest {
    @TempDir
    Path base;

    private final FakeRegistry registry = new FakeRegistry();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final byte[] big = noise(3 << 20);
    private byte[] layer;

    @BeforeEach
    void fill() throws IOException {
        layer = new LayerBytes()
                .file("big", new String(big, StandardCharsets.ISO_8859_1))
                .file("etc/passwd", "root:x:0:0::/:\n")
                .plain();
        fill(registry, "team/app");
    }

    private void fill(FakeRegistry into, String repository) throws IOException {
        Path scratch = Files.createDirectories(base.resolve("scratch"));
        LayoutWriter layout = new LayoutWriter(scratch);
        Map<String, Object> manifest =
                layout.manifest("amd64", LayoutWriter.config("Cmd", List.of("/run")), "+gzip", layer);
        into.manifest(repository, "1", io.gatun.containerizer.image.spec.Json.bytes(manifest));
        try (Stream<Path> blobs = Files.walk(scratch.resolve("blobs"))) {
            for (Path blob : blobs.filter(Files::isRegularFile).toList()) {
                into.blob(repository, Files.readAllBytes(blob));
            }
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        registry.close();
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    /** Patient: on a machine that stands still for a while no transfer must look as if it had stalled. */
    private static RegistrySettings settings(Set<String> plain, Map<String, List<URI>> mirrors) {
        return settings(plain, mirrors, 3, Duration.ofMinutes(1));
    }

    private static RegistrySettings settings(
            Set<String> plain, Map<String, List<URI>> mirrors, int tries, Duration stall) {
        return new RegistrySettings(RegistrySettings.DOCKER_HUB, mirrors, plain, tries, Duration.ofMillis(5), stall);
    }

    private ImageRig rig(String credentials, Map<String, List<URI>> mirrors) {
        ImageRig rig = ImageRig.registries(
                base.resolve("agent"), settings(Set.of(registry.host()), mirrors), DockerConfig.parse(credentials));
        open.add(rig);
        return rig;
    }

    private ImageRig rig() {
        return rig("{}", Map.of());
    }

    private Image app() {
        return ImageRig.image(registry.host() + "/team/app:1");
    }

    private static boolean isLayer(HttpExchange exchange, FakeRegistry registry) {
        byte[] bytes = registry.bytes(exchange);
        return exchange.getRequestURI().getPath().contains("/blobs/") && bytes != null && bytes.length > 1 << 20;
    }

    private static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    private static String auth(String host, String user, String password) {
        String pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return "{\"auths\": {\"" + host + "\": {\"auth\": \"" + pair + "\"}}}";
    }

    @Test
    void shouldTryAgainWhatMayPass() {
        AtomicInteger left = new AtomicInteger(2);
        registry.fault(exchange -> {
            if (left.getAndDecrement() <= 0) {
                return false;
            }
            exchange.getResponseHeaders().set("Retry-After", "0");
            status(exchange, left.get() == 1 ? 429 : 503);
            return true;
        });
        assertThat(rig().make("c1", app()).argv()).containsExactly("/run");
    }

    @Test
    void shouldGiveUpAfterTheBound() {
        registry.fault(exchange -> {
            status(exchange, 503);
            return true;
        });
        assertThatThrownBy(() -> rig().make("c1", app()))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("/v2/team/app/manifests/1: status 503");
        assertThat(registry.requests()).hasSize(3);
    }

    /** Sends a part of what is left, waits until it is on the agent's disk, and breaks the connection. */
    private void sendPart(HttpExchange exchange, int length) throws IOException {
        byte[] bytes = registry.bytes(exchange);
        Optional<String> range = FakeRegistry.header(exchange, "Range");
        int from =
                range.map(text -> Integer.parseInt(text.replaceAll("\\D", ""))).orElse(0);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/*");
        exchange.sendResponseHeaders(range.isPresent() ? 206 : 200, bytes.length - from);
        exchange.getResponseBody().write(bytes, from, length);
        exchange.getResponseBody().flush();
        Path partial = partial(bytes);
        await(() -> Files.exists(partial) && partial.toFile().length() >= from + length);
    }

    /** Where the agent keeps what it has of a blob. */
    private Path partial(byte[] blob) {
        return base.resolve("agent/store/partial")
                .resolve("sha256-" + Digest.of(blob).hex());
    }

    /** In a thread of the registry: until then, or until the registry is closed. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Where transfers were continued, in bytes. */
    private List<Integer> continued() {
        return registry.requests().stream()
                .filter(line -> line.contains("bytes="))
                .map(line -> Integer.parseInt(line.replaceAll(".*bytes=(\\d+)-.*", "$1")))
                .toList();
    }

    @Test
    void shouldContinueATransferThatBroke() throws IOException {
        AtomicInteger breaks = new AtomicInteger(2);
        registry.fault(exchange -> {
            boolean broken = isLayer(exchange, registry) && breaks.getAndDecrement() > 0;
            if (broken) {
                sendPart(exchange, 1 << 20);
            }
            return broken;
        });
        ImageRig rig = rig();
        assertThat(Files.readAllBytes(rig.root(rig.make("c1", app())).resolve("big")))
                .isEqualTo(new String(big, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8));
        assertThat(continued()).hasSize(2).isSorted().allMatch(at -> at > 0);
    }

    @Test
    void shouldContinueAfterARestartWithWhatIsOnDisk() {
        registry.fault(exchange -> {
            if (!isLayer(exchange, registry)) {
                return false;
            }
            if (FakeRegistry.header(exchange, "Range").isPresent()) {
                status(exchange, 500);
            } else {
                sendPart(exchange, 1 << 20);
            }
            return true;
        });
        ImageRig rig = rig();
        assertThatThrownBy(() -> rig.make("c1", app())).isInstanceOf(ImageException.class);
        int before = continued().size();
        registry.fault(exchange -> false);
        rig.restart();
        assertThat(rig.make("c1", app()).argv()).containsExactly("/run");
        assertThat(continued()).hasSize(before + 1).allMatch(at -> at > 0);
    }

    @Test
    void shouldStartAnewWhenTheBeginningOnDiskIsWrong() throws IOException {
        ImageRig rig = rig();
        Path partial = partial(LayerBytes.gzip(layer));
        Files.write(partial, noise(5000));
        assertThat(rig.make("c1", app()).argv()).containsExactly("/run");
        assertThat(registry.requests("bytes=5000-")).isOne();
        assertThat(partial).doesNotExist();
    }

    /** Its transfer has not begun yet, while the configuration is fetched. */
    @Test
    void shouldContinueWhatIsThereAlthoughImagesAreCollectedMeanwhile() throws IOException {
        ImageRig rig = rig();
        byte[] blob = LayerBytes.gzip(layer);
        Files.write(partial(blob), Arrays.copyOf(blob, 1000));
        AtomicInteger collected = new AtomicInteger();
        registry.fault(exchange -> {
            if (exchange.getRequestURI().getPath().contains("/blobs/") && !isLayer(exchange, registry)) {
                rig.provisioner().prune(List.of());
                collected.incrementAndGet();
            }
            return false;
        });
        assertThat(rig.make("c1", app()).argv()).containsExactly("/run");
        assertThat(collected).hasValue(1);
        assertThat(registry.requests("bytes=1000-")).isOne();
    }

    @Test
    void shouldBreakOffATransferThatStalls() {
        registry.fault(exchange -> {
            if (!isLayer(exchange, registry)
                    || FakeRegistry.header(exchange, "Range").isPresent()) {
                return false;
            }
            exchange.sendResponseHeaders(200, registry.bytes(exchange).length);
            exchange.getResponseBody().write(registry.bytes(exchange), 0, 1000);
            exchange.getResponseBody().flush();
            await(() -> false);
            return true;
        });
        // Many tries: whatever else takes longer than this on a busy machine is only tried again.
        ImageRig rig = ImageRig.registries(
                base.resolve("agent"),
                settings(Set.of(registry.host()), Map.of(), 20, Duration.ofSeconds(1)),
                DockerConfig.EMPTY);
        open.add(rig);
        assertThat(rig.make("c1", app()).argv()).containsExactly("/run");
        assertThat(registry.requests("bytes=1000-")).isPositive();
    }

    @Test
    void shouldNotShowCredentialsToABlobStore() throws IOException {
        try (FakeRegistry store = new FakeRegistry()) {
            fill(store, "signed");
            registry.fault(exchange -> {
                if (FakeRegistry.header(exchange, "Authorization").isEmpty()) {
                    exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"r\"");
                    status(exchange, 401);
                    return true;
                }
                String path = exchange.getRequestURI().getPath();
                if (!path.contains("/blobs/")) {
                    return false;
                }
                exchange.getResponseHeaders()
                        .set("Location", store.url() + path.replace("team/app", "signed") + "?signature=secret");
                status(exchange, 307);
                return true;
            });
            ImageRig rig = ImageRig.registries(
                    base.resolve("agent"),
                    settings(Set.of(registry.host(), store.host()), Map.of()),
                    DockerConfig.parse(auth(registry.host(), "me", "pass")));
            open.add(rig);
            assertThat(rig.make("c1", app()).argv()).containsExactly("/run");
            assertThat(store.requests()).isNotEmpty().allMatch(line -> line.endsWith(" -"));
            assertThat(registry.requests("Basic bWU6cGFzcw==")).isPositive();
        }
    }

    @Test
    void shouldNotFollowARedirectToPlainHttpThatNobodyAllowed() throws IOException {
        try (FakeRegistry store = new FakeRegistry()) {
            registry.fault(exchange -> {
                exchange.getResponseHeaders().set("Location", store.url() + "/x?signature=secret");
                status(exchange, 307);
                return true;
            });
            assertThatThrownBy(() -> rig().make("c1", app()))
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining(store.host() + "/x: plain HTTP: must be https")
                    .hasMessageNotContaining("secret");
            assertThat(store.requests()).isEmpty();
        }
    }

    @Test
    void shouldFetchABearerTokenWithCredentials() throws IOException {
        registry.fault(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/token")) {
                byte[] answer = "{\"access_token\": \"abc.def\", \"expires_in\": 60}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                return true;
            }
            if (FakeRegistry.header(exchange, "Authorization").equals(Optional.of("Bearer abc.def"))) {
                return false;
            }
            exchange.getResponseHeaders()
                    .set("WWW-Authenticate", "Bearer realm=\"" + registry.url() + "/token\",service=\"the registry\"");
            status(exchange, 401);
            return true;
        });
        String secret = auth(registry.host(), "me", "pass");
        ImageRig rig = rig("{}", Map.of());
        Image own = new Image(app().name(), false, List.of(), Optional.of(secret));
        assertThat(rig.make("c1", own).argv()).containsExactly("/run");
        assertThat(registry.requests(
                        "/token?service=the+registry&scope=repository%3Ateam%2Fapp%3Apull - Basic bWU6cGFzcw=="))
                .isOne();
    }

    @Test
    void shouldNameWhoMayNotPull() {
        registry.fault(exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"r\"");
            status(exchange, 401);
            return true;
        });
        assertThatThrownBy(() -> rig().make("c1", app()))
                .hasMessageContaining("status 401 (who has no credentials may not pull it, or it does not exist)");
        ImageRig rig = rigs(auth(registry.host(), "me", "hidden"));
        assertThatThrownBy(() -> rig.make("c2", app()))
                .hasMessageContaining("who has this password of me may not pull")
                .hasMessageNotContaining("hidden");
    }

    private ImageRig rigs(String credentials) {
        ImageRig rig = ImageRig.registries(
                base.resolve("other"), settings(Set.of(registry.host()), Map.of()), DockerConfig.parse(credentials));
        open.add(rig);
        return rig;
    }

    @Test
    void shouldAskMirrorsFirstAndGoOnWithoutThem() throws IOException {
        try (FakeRegistry mirror = new FakeRegistry()) {
            mirror.fault(exchange -> {
                boolean blob = exchange.getRequestURI().getPath().contains("/blobs/");
                if (blob) {
                    status(exchange, 404);
                }
                return blob;
            });
            fill(mirror, "team/app");
            ImageRig rig = rig("{}", Map.of(registry.host(), List.of(mirror.url())));
            assertThat(rig.make("c1", app()).argv()).containsExactly("/run");
            assertThat(mirror.requests("/manifests/1")).isOne();
            assertThat(registry.requests("/manifests/")).isZero();
            assertThat(registry.requests("/blobs/")).isEqualTo(2);
        }
    }

    @Test
    void shouldNotBelieveAMirror() throws IOException {
        try (FakeRegistry mirror = new FakeRegistry()) {
            fill(mirror, "team/app");
            mirror.fault(exchange -> {
                if (!isLayer(exchange, mirror)) {
                    return false;
                }
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(noise(mirror.bytes(exchange).length));
                return true;
            });
            ImageRig rig = rig("{}", Map.of(registry.host(), List.of(mirror.url())));
            Map<String, Long> before = rig.stored();
            assertThatThrownBy(() -> rig.make("c1", app())).hasMessageContaining(" sent is sha256:");
            assertThat(rig.stored()).isEqualTo(before);
        }
    }

    @Test
    void shouldStopReadingABlobThatIsLongerThanItsDescriptorSays() {
        registry.fault(exchange -> {
            if (!isLayer(exchange, registry)) {
                return false;
            }
            exchange.sendResponseHeaders(200, 0);
            try {
                for (int i = 0; i < 10_000; i++) {
                    exchange.getResponseBody().write(big);
                }
            } catch (IOException e) {
                return true; // the client has hung up, as it should
            }
            throw new AssertionError("all was read");
        });
        assertThatThrownBy(() -> rig().make("c1", app())).hasMessageContaining("has more bytes than size=");
    }

    @Test
    void shouldSpeakTlsToAHostThatNobodyExcepted() throws IOException {
        List<Integer> firstBytes = new CopyOnWriteArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                while (!server.isClosed()) {
                    try (Socket connection = server.accept()) {
                        firstBytes.add(connection.getInputStream().read());
                    } catch (IOException e) {
                        break; // the test is over
                    }
                }
            });
            ImageRig rig = ImageRig.registries(base.resolve("agent"), settings(Set.of(), Map.of()), DockerConfig.EMPTY);
            open.add(rig);
            String host = "127.0.0.1:" + server.getLocalPort();
            assertThatThrownBy(() -> rig.make("c1", ImageRig.image(host + "/team/app:1")))
                    .isInstanceOf(ImageException.class);
        }
        assertThat(firstBytes)
                .as("records of type handshake, RFC 8446 5.1")
                .isNotEmpty()
                .containsOnly(22);
    }

    /** Makes a container's root in a thread of its own. */
    private static CompletableFuture<ContainerConfig> making(ImageRig rig, String id, Image image) {
        CompletableFuture<ContainerConfig> made = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                made.complete(rig.make(id, image));
            } catch (RuntimeException e) {
                made.completeExceptionally(e);
            }
        });
        return made;
    }

    @Test
    void shouldDownloadOnceForManyContainers() {
        ImageRig rig = rig();
        List<String> ids = IntStream.range(0, 8).mapToObj(i -> "c" + i).toList();
        List<CompletableFuture<ContainerConfig>> all = new CopyOnWriteArrayList<>();
        registry.fault(exchange -> {
            if (isLayer(exchange, registry)) {
                // All of them want it by then, and it is not there.
                await(() -> ids.stream()
                                .allMatch(id -> rig.provisioner().progress(id).isPresent())
                        || all.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
            }
            return false;
        });
        ids.forEach(id -> all.add(making(rig, id, app())));
        assertThat(all).allSatisfy(made -> assertThat(made.join().argv()).containsExactly("/run"));
        assertThat(registry.requests("/blobs/" + Digest.of(LayerBytes.gzip(layer))))
                .isOne();
    }

    /** Those that find it missing at the same moment must not take it away from each other. */
    @Test
    void shouldReadAConfigurationThatManyFetch() throws IOException {
        layer = new LayerBytes().file("run", "").plain();
        fill(registry, "team/small");
        Image small = ImageRig.image(registry.host() + "/team/small:1");
        for (int round = 0; round < 40; round++) {
            ImageRig rig = ImageRig.registries(
                    base.resolve("agent" + round), settings(Set.of(registry.host()), Map.of()), DockerConfig.EMPTY);
            open.add(rig);
            List<CompletableFuture<ContainerConfig>> all = IntStream.range(0, 8)
                    .mapToObj(i -> making(rig, "c" + i, small))
                    .toList();
            assertThat(all).allSatisfy(made -> assertThat(made.join().argv()).containsExactly("/run"));
        }
    }
}
