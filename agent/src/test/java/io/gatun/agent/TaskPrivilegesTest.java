package io.gatun.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.Privileges;
import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.KernelRights;
import io.gatun.isolator.security.Rlimit;
import io.gatun.isolator.security.Seccomp;
import io.gatun.isolator.security.SecurityPolicy;
import io.gatun.isolator.security.seccomp.KernelVersion;
import io.gatun.mesos.codec.CodecException;
import io.gatun.mesos.codec.MesosJson;
import io.gatun.mesos.flags.StartupException;
import io.gatun.mesos.v1.ContainerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskPrivilegesTest {
    private static final KernelRights KERNEL = new KernelRights(new KernelVersion(6, 1), 40, Capability.ALL);

    @TempDir
    Path directory;

    private static Privileges of(String fields) throws CodecException {
        ContainerInfo.Builder container = ContainerInfo.newBuilder();
        MesosJson.merge("{\"type\":\"MESOS\"," + fields + "}", container);
        return TaskPrivileges.of(container.build());
    }

    @Test
    void shouldTakeWhatLinuxInfoAsksFor() throws CodecException {
        Privileges asked = of("\"linux_info\":{\"effective_capabilities\":{\"capabilities\":[\"NET_RAW\"]},"
                + "\"bounding_capabilities\":{\"capabilities\":[\"NET_RAW\",\"CHOWN\"]},"
                + "\"seccomp\":{\"profile_name\":\"web.json\"}}");
        assertThat(asked.effectiveCapabilities()).contains(Set.of(Capability.NET_RAW));
        assertThat(asked.boundingCapabilities()).contains(Set.of(Capability.NET_RAW, Capability.CHOWN));
        assertThat(asked.seccomp()).isEqualTo(new Seccomp.Profile("web.json"));
        assertThat(of("\"linux_info\":{\"seccomp\":{\"unconfined\":true}}").seccomp())
                .isEqualTo(new Seccomp.Unconfined());
        assertThat(of("\"linux_info\":{\"capability_info\":{\"capabilities\":[]}}")
                        .effectiveCapabilities())
                .contains(Set.of());
        assertThat(TaskPrivileges.of(ContainerInfo.getDefaultInstance())).isEqualTo(Privileges.DEFAULT);
    }

    @Test
    void shouldTakeRlimits() throws CodecException {
        assertThat(of("\"rlimit_info\":{\"rlimits\":[{\"type\":\"RLMT_NOFILE\",\"soft\":10,\"hard\":20},"
                                + "{\"type\":\"RLMT_CORE\"}]}")
                        .rlimits())
                .containsExactly(new Rlimit(Rlimit.Type.NOFILE, 10, 20), Rlimit.unlimited(Rlimit.Type.CORE));
        assertThatThrownBy(() -> of("\"rlimit_info\":{\"rlimits\":[{\"type\":\"RLMT_NOFILE\",\"soft\":10}]}"))
                .hasMessage("rlimit_info.rlimits.NOFILE: must have both soft and hard, or none for no limit");
        assertThatThrownBy(() -> of("\"rlimit_info\":{\"rlimits\":[{\"soft\":1,\"hard\":2}]}"))
                .hasMessage("rlimit_info.rlimits.type=UNKNOWN: is no limit; getrlimit(2) has them");
        assertThatThrownBy(() -> of("\"linux_info\":{\"effective_capabilities\":{\"capabilities\":[\"UNKNOWN\"]}}"))
                .hasMessage(
                        "linux_info.effective_capabilities=UNKNOWN: is no capability; capabilities(7) has the names");
        assertThatThrownBy(() -> of("\"linux_info\":{\"seccomp\":{\"unconfined\":true,\"profile_name\":\"p\"}}"))
                .hasMessage("linux_info.seccomp.profile_name=p: must be absent with unconfined");
    }

    @Test
    void shouldReadTheFlags() throws IOException {
        Files.writeString(directory.resolve("p.json"), "{\"defaultAction\":\"SCMP_ACT_ALLOW\"}");
        AgentFlags flags = new AgentFlags();
        flags.effectiveCapabilities = "{\"capabilities\":[\"CHOWN\"]}";
        flags.boundingCapabilities = "{\"capabilities\":[\"CHOWN\",\"KILL\"]}";
        flags.seccompConfigDir = directory;
        flags.seccompProfileName = "p.json";
        flags.allowedDevices =
                "{\"allowed_devices\":[{\"device\":{\"path\":\"/dev/full\"},\"access\":{\"read\":true}}]}";
        SecurityPolicy policy = SecurityFlags.policy(flags, KERNEL);
        assertThat(policy.effective()).contains(Set.of(Capability.CHOWN));
        assertThat(policy.bounding()).contains(Set.of(Capability.CHOWN, Capability.KILL));
        assertThat(policy.devices())
                .hasSize(1)
                .first()
                .hasToString("Device[path=/dev/full, block=false, major=1, minor=7, access=r, mode=438, uid=0, gid=0]");
        assertThat(policy.profileName()).contains("p.json");
        assertThat(SecurityFlags.policy(new AgentFlags(), KERNEL).effective()).isEqualTo(Optional.empty());
    }

    @Test
    void shouldNameTheFlagThatIsWrong() {
        refuses(
                flags -> flags.effectiveCapabilities = "{\"capabilities\":[\"FLY\"]}",
                "--effective_capabilities={\"capabilities\":[\"FLY\"]}: capabilities=FLY: is no capability");
        refuses(flags -> flags.effectiveCapabilities = "{}", "--effective_capabilities={}: has no array");
        refuses(flags -> flags.boundingCapabilities = "CHOWN", "--bounding_capabilities=CHOWN: ");
        refuses(flags -> flags.seccompConfigDir = Path.of("/missing"), "--seccomp_config_dir=/missing: must be a dir");
        refuses(
                flags -> flags.seccompProfileName = "p.json",
                "--effective_capabilities, --bounding_capabilities, --seccomp_profile_name, --allowed_devices: seccomp.profile_name=p.json:"
                        + " needs the agent's --seccomp_config_dir");
        refuses(
                flags -> {
                    flags.effectiveCapabilities = "{\"capabilities\":[\"CHOWN\"]}";
                    flags.boundingCapabilities = "{\"capabilities\":[\"KILL\"]}";
                },
                "--effective_capabilities, --bounding_capabilities, --seccomp_profile_name, --allowed_devices: effective_capabilities=[CHOWN]");
    }

    private static void refuses(Consumer<AgentFlags> change, String message) {
        AgentFlags flags = new AgentFlags();
        change.accept(flags);
        assertThatThrownBy(() -> SecurityFlags.policy(flags, KERNEL))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith(message);
    }
}
