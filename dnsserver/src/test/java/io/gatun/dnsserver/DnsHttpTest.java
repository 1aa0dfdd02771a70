package io.gatun.dnsserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class DnsHttpTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private DnsServer server;

    @BeforeEach
    void launch() {
        server = DnsServer.launch(DnsServerTest.flags());
        server.publish(DnsRecordsTest.records());
        NetView.Vip vip = new NetView.Vip(
                "web.marathon.l4lb.thisdcos.directory:80", "tcp", List.of(new NetView.Backend("10.0.0.5", 31000)));
        server.publish(new NetView(List.of(vip), List.of(new NetView.Node("10.0.0.5", "node-5", 7))));
    }

    @AfterEach
    void close() {
        server.close();
        client.close();
    }

    @Test
    void shouldSpeakMesosDns() throws Exception {
        int port = server.mesosDnsHttpPort();
        assertThat(get(port, "/v1/version").get("Service").asText()).isEqualTo("Mesos-DNS");
        assertThat(get(port, "/v1/hosts/Leader.mesos"))
                .hasToString("[{\"host\":\"leader.mesos.\",\"ip\":\"10.0.0.1\"}]");
        assertThat(get(port, "/v1/hosts/nosuch.mesos")).hasToString("[{\"host\":\"\",\"ip\":\"\"}]");
        assertThat(get(port, "/v1/services/_leader._tcp.mesos."))
                .hasToString("[{\"service\":\"_leader._tcp.mesos.\",\"host\":\"leader.mesos.\",\"ip\":\"10.0.0.1\","
                        + "\"port\":\"5050\"}]");
        assertThat(get(port, "/v1/services/_no._tcp.mesos"))
                .hasToString("[{\"service\":\"\",\"host\":\"\",\"ip\":\"\",\"port\":\"\"}]");
        JsonNode framework = get(port, "/v1/enumerate").get("frameworks").get(0);
        assertThat(framework.get("name").asText()).isEqualTo("marathon");
        assertThat(framework.get("tasks").get(0).get("id").asText()).isEqualTo("web.1");
        assertThat(framework.get("tasks").get(0).get("records"))
                .anyMatch(record -> record.toString()
                        .equals("{\"name\":\"web.marathon.mesos.\",\"host\":\"10.0.0.5\",\"rtype\":\"A\"}"));
        JsonNode axfr = get(port, "/v1/axfr");
        assertThat(axfr.get("Domain").asText()).isEqualTo("mesos");
        assertThat(axfr.get("Serial").asLong()).isPositive();
        assertThat(axfr.get("Records").get("As").get("slave.mesos.")).hasToString("[\"10.0.0.5\"]");
        assertThat(axfr.get("Records").get("As").has("web.marathon.l4lb.thisdcos.directory."))
                .isFalse();
        assertThat(axfr.get("Records").get("SRVs").get("_slave._tcp.mesos.")).hasToString("[\"slave.mesos.:5051\"]");
        assertThat(get(port, "/v1/config").get("Domain").asText()).isEqualTo("mesos");
        assertThat(status(port, "/v1/hosts/leader.mesos/ports")).isEqualTo(501);
    }

    @Test
    void shouldSpeakDcosNet() throws Exception {
        int port = server.netHttpPort();
        assertThat(get(port, "/v1/version").get("Service").asText()).isEqualTo("dcos-dns");
        assertThat(get(port, "/v1/vips"))
                .hasToString("[{\"vip\":\"web.marathon.l4lb.thisdcos.directory:80\",\"protocol\":\"tcp\",\"backend\":"
                        + "[{\"ip\":\"10.0.0.5\",\"port\":31000}]}]");
        assertThat(get(port, "/v1/nodes"))
                .hasToString("[{\"private_ip\":\"10.0.0.5\",\"public_ips\":[],\"hostname\":\"node-5\",\"updated\":7}]");
        assertThat(get(port, "/v1/hosts/web.marathon.l4lb.thisdcos.directory"))
                .hasToString("[{\"host\":\"web.marathon.l4lb.thisdcos.directory.\",\"ip\":\"11.1.2.3\"}]");
        assertThat(get(port, "/v1/services/_leader._tcp.mesos")
                        .get(0)
                        .get("port")
                        .isInt())
                .isTrue();
        assertThat(get(port, "/v1/records")).isNotEmpty();
        assertThat(status(port, "/v1/enumerate")).isEqualTo(501);
    }

    @Test
    void shouldSayThatAPortIsBusy() {
        DnsFlags flags = DnsServerTest.flags();
        flags.netHttpPort = server.mesosDnsHttpPort();
        assertThatThrownBy(() -> DnsServer.launch(flags))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining(Integer.toString(flags.netHttpPort));
    }

    private JsonNode get(int port, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = send(port, path);
        assertThat(response.statusCode()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    private int status(int port, String path) throws IOException, InterruptedException {
        return send(port, path).statusCode();
    }

    private HttpResponse<String> send(int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        HttpRequest request =
                HttpRequest.newBuilder(uri).header("Accept", "application/json").build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
