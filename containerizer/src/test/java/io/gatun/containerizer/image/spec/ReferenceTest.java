package io.gatun.containerizer.image.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox:latest",
        "busybox:1.36, docker.io/library/busybox:1.36",
        "team/app, docker.io/team/app:latest",
        "docker.io/busybox, docker.io/library/busybox:latest",
        "index.docker.io/library/busybox, docker.io/library/busybox:latest",
        "localhost/app:1, localhost/app:1",
        "localhost:5000/app, localhost:5000/app:latest",
        "reg.example.com/a/b/c:v1, reg.example.com/a/b/c:v1",
        "[::1]:5000/app:1, [::1]:5000/app:1",
        "a.b__c-d---e, docker.io/library/a.b__c-d---e:latest"
    })
    void shouldFillInWhatIsLeftOut(String name, String full) {
        assertThat(Reference.parse(name, Reference.DOCKER_HUB)).hasToString(full);
    }

    @Test
    void shouldTakeAnotherRegistryAsTheDefault() {
        assertThat(Reference.parse("busybox", "reg:5000")).hasToString("reg:5000/busybox:latest");
    }

    @Test
    void shouldPreferADigestToATag() {
        Reference reference = Reference.parse("app:1@sha256:" + HEX, Reference.DOCKER_HUB);
        assertThat(reference.target()).isEqualTo("sha256:" + HEX);
        assertThat(reference).hasToString("docker.io/library/app@sha256:" + HEX);
    }

    @ParameterizedTest
    @CsvSource({
        "App, repository",
        "a//b, repository",
        "a/../b, repository",
        "-a, repository",
        "a_, repository",
        "app:, tag",
        "app:-x, tag",
        "'app:a b', tag",
        "..:5/app, registry",
        "app@sha256:12, digest",
        "app@md5:12, digest",
        "'', repository"
    })
    void shouldNameThePartThatBreaksARule(String name, String part) {
        assertThatThrownBy(() -> Reference.parse(name, Reference.DOCKER_HUB))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(part + "=")
                .hasMessageContaining("must be");
    }
}
