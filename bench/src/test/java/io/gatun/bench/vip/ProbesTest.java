package io.gatun.bench.vip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.dnsserver.DnsFlags;
import io.gatun.dnsserver.DnsRecords;
import io.gatun.dnsserver.DnsServer;
import io.gatun.dnsserver.SrvTarget;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProbesTest {
    @Test
    void shouldSeeWhatTheServerAnswersAndWhatItDenies() {
        DnsFlags flags = new DnsFlags();
        flags.bindIps = List.of();
        flags.listenPort = 0;
        flags.mesosDnsHttpPort = 0;
        flags.netHttpPort = 0;
        TreeMap<String, List<InetAddress>> addresses = new TreeMap<>();
        addresses.put("web.bench.mesos.", List.of(InetAddress.ofLiteral("127.0.0.1")));
        TreeMap<String, List<SrvTarget>> services = new TreeMap<>();
        services.put("_web._tcp.bench.mesos.", List.of(new SrvTarget("web.bench.mesos.", 31000)));
        try (DnsServer server = DnsServer.launch(flags);
                DnsProbe probe = new DnsProbe(server.port())) {
            // Nothing is known yet: neither there nor gone.
            assertThatThrownBy(() -> probe.exists("web.bench.mesos", DnsProbe.A))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("rcode 2");
            server.publish(new DnsRecords(addresses, services, List.of(), List.of()));
            assertThat(probe.exists("web.bench.mesos", DnsProbe.A)).isTrue();
            assertThat(probe.exists("_web._tcp.bench.mesos", DnsProbe.SRV)).isTrue();
            server.publish(DnsRecords.empty());
            assertThat(probe.exists("web.bench.mesos", DnsProbe.A)).isFalse();
            assertThat(probe.exists("_web._tcp.bench.mesos", DnsProbe.SRV)).isFalse();
        }
    }

    @Test
    void shouldFindABackendInTheKernelsText() {
        String text = """
                IP Virtual Server version 1.2.1 (size=4096)
                Prot LocalAddress:Port Scheduler Flags
                  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
                TCP  0B000025:0050 wlc\s
                  -> 7F000001:7918      Masq    1      0          0        \s
                """;
        assertThat(IpvsProbe.forwardsTo(text, 31000)).isTrue();
        assertThat(IpvsProbe.forwardsTo(text, 31001)).isFalse();
    }
}
