package io.gatun.containerizer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.containerizer.image.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGcTest {
    @TempDir
    Path base;

    @Test
    void shouldReadWhatMesosReads() {
        ImageGcConfig config = ImageGcConfig.parse(
                "{\"image_disk_headroom\": 0.25, \"image_disk_watch_interval\":"
                        + " {\"nanoseconds\": 5000000000}, \"excluded_images\": [{\"type\": \"DOCKER\", \"docker\": {\"name\": \"b\"}}]}");
        assertThat(config).isEqualTo(new ImageGcConfig(0.25, Duration.ofSeconds(5), List.of("b")));
        assertThat(ImageGcConfig.parse("{}")).isEqualTo(new ImageGcConfig(0.1, Duration.ofHours(1), List.of()));
        assertThatThrownBy(() -> ImageGcConfig.parse("{\"image_disk_headroom\": 1.5}"))
                .hasMessageContaining("image_gc_config.image_disk_headroom=1.5: must be more than 0 and less than 1");
        assertThatThrownBy(() -> ImageGcConfig.parse("{\"headroom\": 1}"))
                .hasMessageContaining("image_gc_config.headroom: is no field");
        assertThatThrownBy(() -> ImageGcConfig.parse("{\"image_disk_watch_interval\": 5}"))
                .hasMessageContaining("must be {\"nanoseconds\": NUMBER}");
        assertThatThrownBy(() -> ImageGcConfig.parse("{\"excluded_images\": [{}]}"))
                .hasMessageContaining("image_gc_config.excluded_images={}");
    }

    /** The disk of this test has room once two images are gone. */
    @Test
    void shouldForgetTheLongestUnusedUntilThereIsRoom() throws IOException {
        LayoutWriter layout = new LayoutWriter(Files.createDirectories(base.resolve("images/app")));
        try (ImageRig rig = ImageRig.archives(base, base.resolve("images"))) {
            List<String> tags = List.of("kept", "running", "oldest", "older", "newest");
            for (String tag : tags) {
                byte[] layer = new LayerBytes().file("f", tag).plain();
                layout.image(tag, LayoutWriter.config("Cmd", List.of("/a")), "", layer);
                rig.make(tag, ImageRig.image("app:" + tag));
                if (!tag.equals("running")) {
                    rig.provisioner().remove(tag, base);
                }
            }
            age(rig, tags);
            ImageGcConfig config = new ImageGcConfig(0.1, Duration.ofHours(1), List.of("app:kept"));
            try (ImageGc gc =
                    ImageGc.start(rig.provisioner(), config, () -> rig.provisionerImages() > 3 ? 0.05 : 0.15)) {
                gc.look();
            }
            assertThat(rig.provisioner().images())
                    .extracting(StoredImage::reference)
                    .containsExactlyInAnyOrder(
                            "docker.io/library/app:kept",
                            "docker.io/library/app:running",
                            "docker.io/library/app:newest");
            assertThat(rig.stored().keySet())
                    .filteredOn(name -> name.endsWith("diff/f"))
                    .hasSize(3);
        }
    }

    /** There is room as soon as it is gone; no image has to go. */
    @Test
    void shouldRemoveWhatACrashLeftBeforeItForgetsImages() throws IOException {
        LayoutWriter layout = new LayoutWriter(Files.createDirectories(base.resolve("images/app")));
        byte[] layer = new LayerBytes().file("f", "x").plain();
        layout.image("1", LayoutWriter.config("Cmd", List.of("/a")), "", layer);
        try (ImageRig rig = ImageRig.archives(base, base.resolve("images"))) {
            rig.make("c", ImageRig.image("app:1"));
            rig.provisioner().remove("c", base);
            String hex =
                    io.gatun.containerizer.image.spec.Digest.of(new byte[] {1}).hex();
            Path partial = Files.write(rig.base.resolve("store/partial/sha256-" + hex), new byte[0]);
            try (ImageGc gc = ImageGc.start(
                    rig.provisioner(), ImageGcConfig.parse("{}"), () -> Files.exists(partial) ? 0.05 : 0.15)) {
                gc.look();
            }
            assertThat(partial).doesNotExist();
            assertThat(rig.provisioner().images()).hasSize(1);
        }
    }

    private void age(ImageRig rig, List<String> tags) throws IOException {
        for (int i = 0; i < tags.size(); i++) {
            Instant used = Instant.now().minusSeconds(1000L - i);
            String name = "docker.io/library/app:" + tags.get(i);
            String file =
                    io.gatun.containerizer.image.spec.Digest.of(name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                    .hex()
                            + ".json";
            Files.setLastModifiedTime(rig.base.resolve("store/references").resolve(file), FileTime.from(used));
        }
    }

    @Test
    void shouldDoNothingWhileThereIsRoom() throws IOException {
        LayoutWriter layout = new LayoutWriter(Files.createDirectories(base.resolve("images/app")));
        layout.image(
                "1",
                LayoutWriter.config("Cmd", List.of("/a")),
                "",
                new LayerBytes().file("f", "x").plain());
        try (ImageRig rig = ImageRig.archives(base, base.resolve("images"))) {
            rig.make("c", ImageRig.image("app:1"));
            rig.provisioner().remove("c", base);
            try (ImageGc gc = ImageGc.start(rig.provisioner(), ImageGcConfig.parse("{}"), () -> 0.11)) {
                gc.look();
            }
            assertThat(rig.provisioner().images()).hasSize(1);
            assertThat(rig.provisioner().freePart()).isBetween(0.0, 1.0);
        }
    }
}
