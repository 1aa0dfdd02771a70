package io.gatun.containerizer.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gatun.containerizer.image.ImageRig;
import io.gatun.containerizer.image.LayerBytes;
import io.gatun.containerizer.image.LayoutWriter;
import io.gatun.containerizer.image.spec.ImageException;
import io.gatun.ffm.process.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images made to break out, fill up or confuse: each is refused by a rule that is named, and leaves nothing. */
class HostileImageTest {
    @TempDir
    Path base;

    private LayoutWriter layout;
    private ImageRig rig;
    private Path outside;

    @BeforeEach
    void open() throws IOException {
        layout = new LayoutWriter(Files.createDirectories(base.resolve("images/app")));
        rig = ImageRig.archives(base, base.resolve("images"));
        outside = Files.writeString(base.resolve("outside"), "untouched");
        layout.image("good", LayoutWriter.config("Cmd", List.of("/a")), "", honest());
        rig.make("good", ImageRig.image("app:good"));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static byte[] honest() {
        return new LayerBytes().file("honest", "yes").plain();
    }

    private static LayerBytes layer() {
        return new LayerBytes();
    }

    private static LayerBytes device(String name, byte type, int major, int minor) {
        return layer().entry(
                        name,
                        type,
                        entry -> {
                            entry.setDevMajor(major);
                            entry.setDevMinor(minor);
                        },
                        "");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Stream<Arguments> hostile() {
        String deep = "d/".repeat(256) + "f";
        return Stream.of(
                arguments("absolute", layer().file("/etc/passwd", "x"), "entry /etc/passwd: is absolute"),
                arguments(
                        "absolute in pax",
                        layer().pax(Map.of("path", text("/etc/passwd"))).file("a", "x"),
                        "is absolute"),
                arguments("dots", layer().file("../../outside", "x"), "entry ../../outside: has a component '..'"),
                arguments("dots inside", layer().file("a/../../outside", "x"), "has a component '..'"),
                arguments(
                        "dots in pax",
                        layer().pax(Map.of("path", text("a/../../b"))).file("a", "x"),
                        "has a component '..'"),
                arguments(
                        "no UTF-8",
                        layer().pax(Map.of("path", new byte[] {'a', (byte) 0xff}))
                                .file("a", "x"),
                        "is not UTF-8"),
                arguments("long name", layer().file("n".repeat(256), "x"), "longer than 255 bytes"),
                arguments("deep name", layer().file(deep, "x"), "deeper than 255 directories"),
                arguments(
                        "link out",
                        layer().link("a/l", "../../outside"),
                        "entry a/l: is a symbolic link to ../../outside, which leads out"),
                arguments("empty link", layer().link("l", ""), "which is no path"),
                arguments(
                        "through absolute link",
                        layer().link("l", "/tmp").file("l/f", "x"),
                        "is below a symbolic link that leads out"),
                arguments(
                        "through link chain",
                        layer().directory("a", 0755)
                                .directory("x", 0755)
                                .link("a/up", "..")
                                .link("b", "a/up/x/../../..")
                                .file("b/f", "x"),
                        "entry b: is below a symbolic link that leads out"),
                arguments("link loop", layer().link("l", "l").file("l/f", "x"), "leads to itself"),
                arguments(
                        "hard link out",
                        layer().hardLink("h", "../../outside"),
                        "entry h: is a hard link to ../../outside, which leads out"),
                arguments("hard link absolute", layer().hardLink("h", "/etc/passwd"), "which leads out of the layer"),
                arguments(
                        "hard link through link",
                        layer().link("l", "/etc").hardLink("h", "l/passwd"),
                        "leads out of the layer"),
                arguments("hard link to nothing", layer().hardLink("h", "none"), "which is no file of this layer"),
                arguments(
                        "hard link to directory",
                        layer().directory("d", 0755).hardLink("h", "d"),
                        "which is no file of this layer"),
                arguments(
                        "character device",
                        device("dev/mem", TarConstants.LF_CHR, 1, 1),
                        "entry dev/mem: is a device node 1:1"),
                arguments("block device", device("dev/sda", TarConstants.LF_BLK, 8, 0), "is a device node 8:0"),
                arguments("whiteout device", device("w", TarConstants.LF_CHR, 0, 0), "is a device node 0:0"),
                arguments("unknown type", layer().entry("t", (byte) 'Z', entry -> {}, ""), "is of type 'Z'"),
                arguments("whiteout of dots", layer().file("a/.wh...", ""), "is a whiteout of '..'"),
                arguments(
                        "whiteout as directory",
                        layer().file(".wh.a/b", "x"),
                        "a directory with the name of a whiteout"),
                arguments("root as file", layer().file(".", "x"), "entry ./: is the root and no directory"),
                arguments("slash as link", layer().link("/", "etc"), "entry ./: is the root and no directory"),
                arguments("absolute dot", layer().file("/./etc", "x"), "entry /./etc: is absolute"),
                arguments(
                        "redirect",
                        layer().pax(Map.of("SCHILY.xattr.trusted.overlay.redirect", text("/etc")))
                                .file("f", "x"),
                        "trusted.overlay.redirect, which steers the kernel"),
                arguments(
                        "redirect of users",
                        layer().pax(Map.of("SCHILY.xattr.user.overlay.redirect", text("/etc")))
                                .file("f", "x"),
                        "user.overlay.redirect"),
                arguments(
                        "huge number",
                        layer().pax(Map.of("uid", text("4294967295"))).file("f", "x"),
                        "has uid=4294967295"),
                arguments(
                        "file over tree",
                        layer().file("d/f", "x").file("d", "x"),
                        "would replace a directory of this layer"),
                arguments("file as directory", layer().file("f", "x").file("f/g", "x"), "is below a file"),
                arguments(
                        "huge header",
                        layer().pax(Map.of("comment", new byte[3 << 20])).file("f", "x"),
                        "extended header is larger"),
                arguments(
                        "huge hole",
                        layer().pax(Map.of(
                                        "GNU.sparse.major",
                                        text("0"),
                                        "GNU.sparse.minor",
                                        text("1"),
                                        "GNU.sparse.map",
                                        text("0,0"),
                                        "GNU.sparse.size",
                                        text("2000000000")))
                                .file("f", ""),
                        "max_layer_bytes=268435456"));
    }

    /** Whatever {@code tar -P} and its like write for the top of a tree. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "./", ".", "//", "/./", "pax /"})
    void shouldTakeTheRootForTheRoot(String name) throws IOException {
        LayerBytes layer = layer().directory("d", 0755);
        if (name.startsWith("pax ")) {
            layer.pax(Map.of("path", text(name.substring(4))));
        }
        layer.entry(
                        name.replace("pax ", ""),
                        TarConstants.LF_DIR,
                        entry -> {
                            entry.setMode(0711);
                            entry.setIds(7, 8);
                        },
                        "")
                .file("d/f", "x");
        layout.image("root", LayoutWriter.config("Cmd", List.of("/a")), "", honest2(), layer.plain());
        Path root = rig.root(rig.make("root", ImageRig.image("app:root")));
        assertThat(root.resolve("d/f")).hasContent("x");
        assertThat((int) Files.getAttribute(root, "unix:mode") & 07777).isEqualTo(0711);
        if (Credentials.effectiveUserId() == 0) {
            assertThat(Files.getAttribute(root, "unix:uid")).isEqualTo(7);
            assertThat(Files.getAttribute(root, "unix:gid")).isEqualTo(8);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void shouldRefuse(String what, LayerBytes hostile, String rule) throws IOException {
        refuse(hostile.plain(), "+gzip", rule);
    }

    private void refuse(byte[] hostile, String compression, String rule) throws IOException {
        Map<String, Long> before = rig.stored();
        layout.image("bad", LayoutWriter.config("Cmd", List.of("/a")), compression, honest2(), hostile);
        assertThatThrownBy(() -> rig.make("bad", ImageRig.image("app:bad")))
                .isInstanceOf(ImageException.class)
                .hasMessageStartingWith("image docker.io/library/app:bad: layer sha256:")
                .hasMessageContaining(rule);
        assertThat(rig.stored()).isEqualTo(before);
        assertThat(Files.exists(base.resolve("containers/bad"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(outside).hasContent("untouched");
        assertThat(base.resolve("f")).doesNotExist();
    }

    private static byte[] honest2() {
        return new LayerBytes().file("honest2", "yes").plain();
    }

    @Test
    void shouldRefuseABomb() throws IOException {
        // 80 MiB of zeros are 80 KiB of gzip and 2.5 KiB of zstd.
        byte[] bomb = new LayerBytes().file("zeros", "\0".repeat(80 << 20)).plain();
        refuse(bomb, "+gzip", "more than max_layer_ratio=200 times as many");
        refuse(bomb, "+zstd", "more than max_layer_ratio=200 times as many");
    }

    @Test
    void shouldRefuseMoreEntriesThanTheLimit() throws IOException {
        LayerBytes many = new LayerBytes();
        for (int i = 0; i < 10_001; i++) {
            many.file("f" + i, "");
        }
        refuse(many.plain(), "+zstd", "entries: are more than max_layer_entries=10000");
    }

    @Test
    void shouldRefuseAnArchiveThatEndsEarly() throws IOException {
        byte[] whole = new LayerBytes().file("f", "x".repeat(100_000)).plain();
        refuse(Arrays.copyOf(whole, 50_000), "", "");
    }

    @Test
    void shouldRefuseALayerThatIsNotItsDiffId() throws IOException {
        Map<String, Long> before = rig.stored();
        byte[] said = new LayerBytes().file("f", "said").plain();
        byte[] done = new LayerBytes().file("f", "done").plain();
        Map<String, Object> manifest = layout.manifest("amd64", LayoutWriter.config("Cmd", List.of("/a")), "", said);
        manifest.put("layers", List.of(layout.blob("application/vnd.oci.image.layer.v1.tar", done)));
        layout.add(
                "bad",
                layout.blob(
                        "application/vnd.oci.image.manifest.v1+json",
                        io.gatun.containerizer.image.spec.Json.bytes(manifest)));
        assertThatThrownBy(() -> rig.make("bad", ImageRig.image("app:bad")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("diff_id=")
                .hasMessageContaining("the uncompressed layer is sha256:");
        assertThat(rig.stored()).isEqualTo(before);
    }

    @Test
    void shouldRefuseABlobThatIsNotItsDigest() throws IOException {
        Map<String, Long> before = rig.stored();
        byte[] layer = new LayerBytes().file("f", "layer").plain();
        layout.image("bad", LayoutWriter.config("Cmd", List.of("/a")), "", layer);
        Path blob = io.gatun.containerizer.image.spec.Digest.of(layer).in(base.resolve("images/app/blobs"));
        byte[] changed = layer.clone();
        changed[600]++;
        Files.write(blob, changed);
        assertThatThrownBy(() -> rig.make("bad", ImageRig.image("app:bad")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("images/app sent is sha256:");
        assertThat(rig.stored()).isEqualTo(before);
    }

    @Test
    void shouldRefuseAnImageForAnotherProcessor() {
        layout.image("arm", "riscv64", LayoutWriter.config("Cmd", List.of("/a")), "", honest());
        assertThatThrownBy(() -> rig.make("bad", ImageRig.image("app:arm")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("platform=linux/riscv64: this host is linux/");
    }
}
