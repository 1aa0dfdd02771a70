package io.gatun.containerizer.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.isolator.DnsConfig;
import io.gatun.isolator.NetworkConfig.Attachment;
import io.gatun.isolator.NetworkConfig.PortMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What plugins are called with and what becomes of their answers; they are shell scripts that keep what they got. */
final class CniCallsTest {
    private static final CniPlugins.Subject SUBJECT = new CniPlugins.Subject("net", "web.1", "/proc/1/fd/9", "eth0");

    @TempDir
    Path directory;

    private CniCalls calls;

    @BeforeEach
    void writePlugins() throws IOException {
        for (String name : List.of("first", "second")) {
            plugin(name, recorder());
        }
        calls = calls(Duration.ofMinutes(2));
    }

    private String recorder() {
        return """
            #!/bin/sh
            if [ "$CNI_COMMAND" = VERSION ]; then
              cat > /dev/null
              echo '{"cniVersion": "1.0.0", "supportedVersions": ["0.3.1", "0.4.0", "1.0.0"]}'; exit
            fi
            me=$(basename "$0")
            cat > "%1$s/$me-$CNI_COMMAND"
            echo "$me $CNI_COMMAND $CNI_CONTAINERID $CNI_NETNS $CNI_IFNAME $CNI_PATH" >> "%1$s/calls"
            [ "$CNI_COMMAND" = ADD ] && echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.1.0.2/24"}],
              "dns": {"nameservers": ["10.1.0.1"], "domain": "x.example"}, "by": "'"$me"'"}'
            exit 0
            """.formatted(directory);
    }

    private CniCalls calls(Duration timeout) {
        return new CniCalls(new CniPlugins(new CniSettings(directory, List.of(directory), timeout)));
    }

    private void plugin(String name, String script) throws IOException {
        Path file = Files.writeString(directory.resolve(name), script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private JsonNode got(String name) throws IOException {
        return CniList.JSON.readTree(Files.readString(directory.resolve(name)));
    }

    private static CniList list(String... types) {
        StringBuilder plugins = new StringBuilder();
        for (String type : types) {
            plugins.append(plugins.isEmpty() ? "" : ",")
                    .append("{\"type\": \"" + type + "\", \"capabilities\": {\"portMappings\": true, \"dns\": false}}");
        }
        return CniList.parse(
                "net.conflist",
                "{\"cniVersion\": \"1.1.0\", \"cniVersions\": [\"0.4.0\"], \"name\": \"net\", \"plugins\": [" + plugins
                        + "]}");
    }

    @Test
    void shouldCallPluginsInOrderAndBack() throws IOException {
        CniList list = list("first", "second");
        CniVersion version = calls.version(list);
        assertThat(version.text()).isEqualTo("1.0.0");
        Attachment network = new Attachment(
                "net", Map.of("tier", "front"), List.of(new PortMapping(31080, 80, "tcp")), List.of("10.1.0.9/24"));
        ObjectNode parameters = CniCalls.parameters(network, new DnsConfig(List.of("9.9.9.9"), List.of(), List.of()));

        JsonNode result = calls.add(list, version, SUBJECT, parameters);
        assertThat(result.path("by").asText()).isEqualTo("second");
        assertThat(CniResult.parse(result))
                .isEqualTo(new CniResult(
                        List.of("10.1.0.2/24"), new DnsConfig(List.of("10.1.0.1"), List.of("x.example"), List.of())));
        assertThat(got("first-ADD")).isEqualTo(CniList.JSON.readTree("""
                {"type": "first", "name": "net", "cniVersion": "1.0.0",
                 "runtimeConfig": {"portMappings": [{"hostPort": 31080, "containerPort": 80, "protocol": "tcp"}]},
                 "args": {"org.apache.mesos": {"network_info": {"name": "net",
                   "port_mappings": [{"host_port": 31080, "container_port": 80, "protocol": "tcp"}],
                   "ip_addresses": [{"ip_address": "10.1.0.9"}],
                   "labels": {"labels": [{"key": "tier", "value": "front"}]}}}}}
                """));
        assertThat(got("second-ADD").path("prevResult").path("by").asText()).isEqualTo("first");

        calls.check(list, version, SUBJECT, parameters, result);
        calls.delete(list, version, SUBJECT, parameters, result);
        assertThat(got("first-DEL").path("prevResult").path("by").asText()).isEqualTo("second");
        assertThat(Files.readAllLines(directory.resolve("calls")))
                .extracting(line -> line.replaceFirst(" web.1 /proc/1/fd/9 eth0 " + directory + "$", ""))
                .containsExactly("first ADD", "second ADD", "first CHECK", "second CHECK", "second DEL", "first DEL");
    }

    @Test
    void shouldTellWhatAPluginSaid() throws IOException {
        CniVersion version = new CniVersion("1.0.0");
        ObjectNode none = CniCalls.parameters(new Attachment("net"), DnsConfig.DEFAULT);
        plugin("first", "#!/bin/sh\necho '{\"code\": 11, \"msg\": \"later\", \"details\": \"busy\"}'; exit 1\n");
        assertThatThrownBy(() -> calls.add(list("first"), version, SUBJECT, none))
                .isInstanceOfSatisfying(
                        CniException.class, e -> assertThat(e.code()).isEqualTo(11))
                .hasMessage("network net: plugin first ADD: code 11: later (busy)");
        plugin("first", "#!/bin/sh\necho dead >&2; exit 3\n");
        assertThatThrownBy(() -> calls.add(list("first"), version, SUBJECT, none))
                .hasMessage("network net: plugin first ADD: exit status 3: dead");
        plugin("first", "#!/bin/sh\necho 'no json'\n");
        assertThatThrownBy(() -> calls.add(list("first"), version, SUBJECT, none))
                .hasMessageStartingWith("network net: plugin first ADD: its output is not JSON");
        plugin("first", "#!/bin/sh\nexec sleep 600\n");
        assertThatThrownBy(() -> calls(Duration.ofMillis(200)).add(list("first"), version, SUBJECT, none))
                .hasMessage("network net: plugin first ADD: not done after 200 ms, killed");
        // All are told of the end, whatever becomes of one.
        plugin("first", "#!/bin/sh\nexit 4\n");
        assertThatThrownBy(() -> calls.delete(list("second", "first"), version, SUBJECT, none, null))
                .hasMessageStartingWith("network net: plugin first DEL: exit status 4");
        assertThat(Files.readString(directory.resolve("calls"))).startsWith("second DEL");
    }

    @Test
    void shouldAgreeOnAVersion() {
        List<CniVersion> written = List.of(new CniVersion("0.3.1"), new CniVersion("1.0.0"));
        assertThat(CniVersion.agree(written, List.of(Set.of("0.4.0", "1.0.0", "1.1.0"))))
                .contains(new CniVersion("1.0.0"));
        assertThat(CniVersion.agree(written, List.of(Set.of("0.4.0", "1.0.0"), Set.of("0.3.1", "0.4.0"))))
                .contains(new CniVersion("0.4.0"));
        assertThat(CniVersion.agree(written, List.of(Set.of("1.1.0")))).isEmpty();
        assertThat(new CniVersion("0.3.1").checks()).isFalse();
        assertThatThrownBy(() -> new CniVersion("1.0"))
                .hasMessage("cniVersion=1.0: must be three numbers such as 1.0.0");
    }

    @Test
    void shouldRefuseAConfigurationThatIsNone() {
        assertThatThrownBy(() -> CniList.parse("a.conf", "[]"))
                .hasMessage("network configuration a.conf: must be a JSON object");
        assertThatThrownBy(() -> CniList.parse("a.conf", "{\"name\": \"../x\", \"type\": \"t\"}"))
                .hasMessageStartingWith("network configuration a.conf: name=../x: must start with");
        assertThatThrownBy(() -> CniList.parse("a.conf", "{\"name\": \"x\", \"type\": \"../t\"}"))
                .hasMessage("network configuration a.conf: type=../t: must be the file name of a plugin");
        assertThatThrownBy(() -> CniList.parse("a.conf", "{\"name\": \"x\", \"plugins\": []}"))
                .hasMessage("network configuration a.conf: plugins=[]: must list at least one");
        assertThatThrownBy(() -> CniSettings.parse("net.d", "/opt", Duration.ofSeconds(1)))
                .hasMessage("network_cni_config_dir=net.d: must be absolute");
        assertThatThrownBy(() -> CniSettings.parse("/net.d", "/opt:cni", Duration.ofSeconds(1)))
                .hasMessage("network_cni_plugins_dir=cni: must be absolute");
    }
}
