package io.gatun.containerizer.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CredentialsTest {
    private static final String ME_PASS = "bWU6cGFzcw==";

    @Test
    void shouldFindThoseOfDockerHubByItsOldUrl() {
        DockerConfig config =
                DockerConfig.parse("{\"auths\": {\"https://index.docker.io/v1/\": {\"auth\": \"" + ME_PASS + "\"}}}");
        assertThat(config.of("docker.io")).isEqualTo(new Credentials.Basic("me", "pass"));
        assertThat(config.of("registry-1.docker.io")).isEqualTo(new Credentials.Basic("me", "pass"));
        assertThat(config.of("other")).isEqualTo(Credentials.ANONYMOUS);
    }

    @Test
    void shouldReadEveryForm() {
        DockerConfig config = DockerConfig.parse("{\"auths\": {\"a\": {\"username\": \"u\", \"password\": \"p\"},"
                + " \"b:5000\": {\"identitytoken\": \"i\"}, \"c\": {\"registrytoken\": \"r\"}, \"d\": {}}}");
        assertThat(config.of("a")).isEqualTo(new Credentials.Basic("u", "p"));
        assertThat(config.of("b:5000")).isEqualTo(new Credentials.IdentityToken("i"));
        assertThat(config.of("c")).isEqualTo(new Credentials.RegistryToken("r"));
        assertThat(config.of("d")).isEqualTo(Credentials.ANONYMOUS);
        assertThat(DockerConfig.parse("{\"old\": {\"auth\": \"" + ME_PASS + "\"}}")
                        .of("old"))
                .isEqualTo(new Credentials.Basic("me", "pass"));
        assertThat(DockerConfig.parse("{}").isEmpty()).isTrue();
    }

    @Test
    void shouldNeverPrintASecret() {
        DockerConfig config = DockerConfig.parse("{\"auths\": {\"a\": {\"auth\": \"" + ME_PASS + "\"},"
                + " \"b\": {\"identitytoken\": \"hidden\"}, \"c\": {\"registrytoken\": \"hidden\"}}}");
        assertThat(config.toString() + config.of("a") + config.of("b") + config.of("c"))
                .doesNotContain("pass\"", ME_PASS, "hidden")
                .contains("password of me");
        assertThatThrownBy(() -> DockerConfig.parse("{\"auths\": {\"a\": {\"auth\": \"!hidden\"}}}"))
                .hasMessage("docker_config: auths.a.auth: must be the base64 of USER:PASSWORD")
                .hasNoCause();
        assertThatThrownBy(() -> DockerConfig.parse("{\"auths\": hidden}"))
                .hasMessageStartingWith("docker_config: is not JSON")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void shouldRefuseToRunAHelperWhereItWouldBeNeeded() {
        DockerConfig config = DockerConfig.parse("{\"credHelpers\": {\"a\": \"ecr-login\"}}");
        assertThat(config.of("b")).isEqualTo(Credentials.ANONYMOUS);
        assertThatThrownBy(() -> config.of("a")).hasMessageContaining("credHelpers.a: credential helpers are not run");
    }

    @Test
    void shouldReadChallenges() {
        assertThat(Challenge.choose(List.of("Bearer realm=\"https://a/token\",service=\"s, \\\"x\\\"\",scope=y")))
                .contains(new Challenge(
                        "bearer", Map.of("realm", "https://a/token", "service", "s, \"x\"", "scope", "y")));
        assertThat(Challenge.choose(List.of("Basic realm=\"r\"", "bearer realm=\"https://a\"")))
                .hasValueSatisfying(challenge -> assertThat(challenge.scheme()).isEqualTo("bearer"));
        assertThat(Challenge.choose(List.of("Negotiate, Basic realm=r")))
                .hasValueSatisfying(challenge -> assertThat(challenge.scheme()).isEqualTo("basic"));
        assertThat(Challenge.choose(List.of("Negotiate abc=="))).isEmpty();
        assertThat(Challenge.choose(List.of())).isEmpty();
    }

    @Test
    void shouldNameTheFlagThatBreaksARule() {
        assertThatThrownBy(() -> RegistrySettings.parse("ftp://x", "", ""))
                .hasMessageContaining("docker_registry=ftp://x: must be http(s)://HOST[:PORT][/PATH]");
        assertThatThrownBy(() -> RegistrySettings.parse("https://u:secret@x", "", ""))
                .hasMessageContaining("docker_registry=")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> RegistrySettings.parse("x", "{\"docker.io\": \"y\"}", ""))
                .hasMessageContaining("docker_registry_mirrors.docker.io: must be an array of URLs");
        assertThat(RegistrySettings.parse("reg:5000", "", "reg:5000").defaultRegistry())
                .hasToString("http://reg:5000");
        assertThat(RegistrySettings.parse("https://registry-1.docker.io", "", "")
                        .defaultName())
                .isEqualTo("docker.io");
    }
}
