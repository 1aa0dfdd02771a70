package io.gatun.isolator.security.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeccompProfilesTest {
    private static final SeccompTarget TARGET =
            new SeccompTarget(SeccompArch.X86_64, new KernelVersion(6, 1), Set.of());

    @TempDir
    Path directory;

    @Test
    void shouldCompileOnceAndFollowTheFile() throws IOException {
        SeccompProfiles profiles = new SeccompProfiles(Optional.of(directory));
        Path file = directory.resolve("web.json");
        Files.writeString(file, "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}");
        SeccompFilter first = profiles.named("web.json", TARGET);
        assertThat(profiles.named("web.json", TARGET)).isSameAs(first);
        assertThat(profiles.standard(TARGET)).isSameAs(profiles.standard(TARGET));
        Files.writeString(file, "{\"defaultAction\": \"SCMP_ACT_LOG\"}");
        assertThat(profiles.named("web.json", TARGET)).isNotEqualTo(first);
    }

    @Test
    void shouldRefuseWhatIsNotInTheDirectory() throws IOException {
        Files.writeString(directory.resolve("secret.json"), "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}");
        Path inner = Files.createDirectory(directory.resolve("inner"));
        SeccompProfiles profiles = new SeccompProfiles(Optional.of(inner));
        assertThatThrownBy(() -> profiles.named("web.json", TARGET))
                .hasMessage("seccomp.profile_name=web.json: is not in " + inner);
        assertThatThrownBy(() -> profiles.named("../secret.json", TARGET))
                .hasMessage("seccomp.profile_name=../secret.json: must be the name of a file in " + inner);
        assertThatThrownBy(() -> profiles.named("", TARGET)).hasMessageContaining("must be the name of a file");
        assertThatThrownBy(() -> new SeccompProfiles(Optional.empty()).named("web.json", TARGET))
                .hasMessage("seccomp.profile_name=web.json: needs the agent's --seccomp_config_dir");
    }

    @Test
    void shouldRefuseAProfileUnderWhichNothingStarts() throws IOException {
        Files.writeString(directory.resolve("p"), """
                {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["execve"], "action": "SCMP_ACT_ERRNO",
                   "args": [{"index": 0, "value": 0, "op": "SCMP_CMP_EQ"}]}]}""");
        assertThatThrownBy(() -> new SeccompProfiles(Optional.of(directory)).named("p", TARGET))
                .hasMessage("seccomp profile p: syscalls: must allow [execve], without which no program starts");
        Files.writeString(directory.resolve("p"), "{\"defaultAction\": \"SCMP_ACT_KILL\"}");
        assertThatThrownBy(() -> new SeccompProfiles(Optional.of(directory)).named("p", TARGET))
                .hasMessageContaining("[execve, exit_group]");
    }
}
