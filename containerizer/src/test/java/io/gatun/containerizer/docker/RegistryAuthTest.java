package io.gatun.containerizer.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryAuthTest {
    private static final String PAIR = Base64.getEncoder().encodeToString("me:pa:ss".getBytes(StandardCharsets.UTF_8));

    private static Optional<String> header(String config, String image) {
        return RegistryAuth.header(config, ImageName.parse(image))
                .map(text -> new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "box,box,latest,''",
        "team/box:1,team/box,1,''",
        "docker.io/team/box:1,docker.io/team/box,1,''",
        "localhost/box,localhost/box,latest,localhost",
        "r.example:5000/a/b,r.example:5000/a/b,latest,r.example:5000",
        "r.example:5000/a/b:2,r.example:5000/a/b,2,r.example:5000"
    })
    void shouldSplitNames(String name, String repository, String version, String registry) {
        ImageName image = ImageName.parse(name);
        assertThat(image).isEqualTo(new ImageName(repository, version));
        assertThat(image.registry()).isEqualTo(registry);
    }

    @Test
    void shouldTakeDigestsAndRefuseNonsense() {
        String digest = "sha256:" + "a".repeat(64);
        assertThat(ImageName.parse("box:1@" + digest)).isEqualTo(new ImageName("box", digest));
        assertThatThrownBy(() -> ImageName.parse("box@sha256:xyz"))
                .hasMessage("image=box@sha256:xyz: digest must be ALGORITHM:HEX");
        assertThatThrownBy(() -> ImageName.parse("box:a b")).hasMessageStartingWith("image=box:a b: tag must be");
    }

    @Test
    void shouldFindTheRegistrysCredentials() {
        String config = "{\"auths\":{\"https://r.example:5000\":{\"auth\":\"" + PAIR + "\"},"
                + "\"https://index.docker.io/v1/\":{\"username\":\"u\",\"password\":\"p\"},"
                + "\"t.example\":{\"identitytoken\":\"token\"}}}";
        assertThat(header(config, "r.example:5000/box"))
                .contains("{\"serveraddress\":\"r.example:5000\",\"username\":\"me\",\"password\":\"pa:ss\"}");
        assertThat(header(config, "box"))
                .contains("{\"serveraddress\":\"https://index.docker.io/v1/\",\"username\":\"u\",\"password\":\"p\"}");
        assertThat(header(config, "t.example/box"))
                .contains("{\"serveraddress\":\"t.example\",\"identitytoken\":\"token\"}");
        assertThat(header(config, "other.example/box")).isEmpty();
    }

    @Test
    void shouldRefuseWithoutQuotingSecrets() {
        assertThatThrownBy(() -> header("secret{", "box"))
                .hasMessage("docker config: must be a JSON object as Docker's config.json");
        assertThatThrownBy(() -> header("{\"auths\":{\"r.example\":{\"auth\":\"secret\"}}}", "r.example/box"))
                .hasMessage("docker config: auths.r.example.auth: must be base64 of user:password");
        assertThatThrownBy(() -> header("{\"credsStore\":\"pass\"}", "r.example/box"))
                .hasMessageStartingWith("docker config: registry r.example: credentials must be in the file");
    }
}
