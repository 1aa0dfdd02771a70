package io.gatun.containerizer.image.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
    private static final Digest DIGEST = Digest.of(new byte[0]);
    private static final String CONFIG = "\"config\": {\"mediaType\": \"" + MediaTypes.OCI_CONFIG + "\", \"digest\": \""
            + DIGEST + "\", \"size\": 2}";
    private static final String LAYER =
            "{\"mediaType\": \"" + MediaTypes.OCI_LAYER + "+gzip\", \"digest\": \"" + DIGEST + "\", \"size\": 3}";

    private static Document parse(String type, String json) {
        return Documents.parse(type, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldReadAManifestThatOnlyItsTransportNames() {
        Document document = parse(MediaTypes.DOCKER_MANIFEST, "{" + CONFIG + ", \"layers\": [" + LAYER + "]}");
        assertThat(document).isInstanceOfSatisfying(Document.Manifest.class, manifest -> {
            assertThat(manifest.config().sizeBytes()).isEqualTo(2);
            assertThat(manifest.layers()).hasSize(1);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'' ; {\"manifests\": [], \"layers\": []} ; has both \"manifests\" and \"layers\"",
                "application/vnd.docker.distribution.manifest.v1+prettyjws ; {\"schemaVersion\": 1} ; must be an OCI or Docker",
                "application/vnd.oci.image.index.v1+json ; {\"mediaType\": \"application/vnd.oci.image.manifest.v1+json\", \"manifests\": []} ; was announced as",
                "'' ; {\"a\": 1, \"a\": 2} ; is not JSON",
                "'' ; [] ; must be a JSON object",
                "'' ; {\"config\": {}, \"layers\": []} ; config: must have a digest and a size",
            })
    void shouldRefuse(String type, String json, String rule) {
        assertThatThrownBy(() -> parse(type, json))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(rule);
    }

    @Test
    void shouldRefuseArtifactsThatAreNoImages() {
        assertThatThrownBy(() -> parse(
                        MediaTypes.OCI_MANIFEST,
                        "{" + CONFIG.replace(MediaTypes.OCI_CONFIG, "application/vnd.x") + ", \"layers\": []}"))
                .hasMessageContaining("is not a container image but another kind of artifact");
        assertThatThrownBy(() -> parse(
                        MediaTypes.OCI_MANIFEST,
                        "{" + CONFIG + ", \"layers\": [" + LAYER.replace("+gzip", "+encrypted") + "]}"))
                .hasMessageContaining("must be a tar archive");
    }

    @Test
    void shouldChooseTheBestVariantOfAPlatform() {
        Platform host = new Platform("linux", "arm64", "v8");
        assertThat(host.suits(new Platform("linux", "arm64", "v8"))).isEqualTo(3);
        assertThat(host.suits(new Platform("linux", "arm64", ""))).isEqualTo(2);
        assertThat(host.suits(new Platform("linux", "arm64", "v9"))).isZero();
        assertThat(host.suits(new Platform("linux", "arm", "v7"))).isZero();
        assertThat(host.suits(new Platform("windows", "arm64", "v8"))).isZero();
        Platform intel = new Platform("linux", "amd64", "");
        assertThat(intel.suits(new Platform("linux", "amd64", "v1"))).isPositive();
        assertThat(intel.suits(new Platform("linux", "amd64", "v3"))).isZero();
        Document.Index index = new Document.Index(List.of(of("arm64", "v9"), of("amd64", ""), of("arm64", "")));
        assertThat(index.select(host).platform()).contains(new Platform("linux", "arm64", ""));
        assertThatThrownBy(() -> index.select(new Platform("linux", "riscv64", "")))
                .hasMessageContaining("platform=linux/riscv64")
                .hasMessageContaining("linux/arm64/v9");
    }

    private static Descriptor of(String architecture, String variant) {
        return new Descriptor(
                MediaTypes.OCI_MANIFEST,
                DIGEST,
                1,
                Optional.of(new Platform("linux", architecture, variant)),
                Map.of());
    }

    @Test
    void shouldNameTheFieldOfAConfigurationThatBreaksARule() {
        assertThatThrownBy(() -> config("{\"config\": {\"Entrypoint\": \"sh\"}}"))
                .hasMessage("image configuration: Entrypoint=\"sh\": must be an array of strings");
        assertThatThrownBy(() -> config("{\"config\": {\"Env\": [\"NOTHING\"]}}"))
                .hasMessage("image configuration: Env=NOTHING: must be NAME=VALUE");
        ImageConfig config =
                config("{\"config\": {\"Cmd\": null, \"ExposedPorts\": {\"80/tcp\": {}}, \"StopSignal\": \"9\"}}");
        assertThat(config.cmd()).isEmpty();
        assertThat(config.exposedPorts()).containsExactly("80/tcp");
        assertThat(config.stopSignal()).isEqualTo("9");
    }

    private static ImageConfig config(String json) {
        return ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
