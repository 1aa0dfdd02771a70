package io.gatun.dnsserver;

import java.util.List;
import picocli.CommandLine.Option;

/** What the DNS server of a node is told at its start. Fields are read once by {@link DnsServer#launch}. */
public final class DnsFlags {
    @Option(
            names = "--dns_bind_ips",
            split = ",",
            paramLabel = "IP",
            defaultValue = "198.51.100.1,198.51.100.2,198.51.100.3",
            description = "Addresses to answer on at port 53, where the host has them and the process may bind them"
                    + " (default: ${DEFAULT-VALUE}).")
    public List<String> bindIps = List.of("198.51.100.1", "198.51.100.2", "198.51.100.3");

    @Option(
            names = "--dns_bind_port",
            paramLabel = "PORT",
            defaultValue = "53",
            description = "Port on these addresses (default: ${DEFAULT-VALUE}).")
    public int bindPort = 53;

    @Option(
            names = "--dns_listen_ip",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description = "Address to answer on in any case (default: ${DEFAULT-VALUE}).")
    public String listenIp = "127.0.0.1";

    @Option(
            names = "--dns_listen_port",
            paramLabel = "PORT",
            defaultValue = "61053",
            description = "Port on that address, 0 for any free one (default: ${DEFAULT-VALUE}).")
    public int listenPort = 61053;

    @Option(
            names = "--dns_threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "UDP threads per address, 1 to 64 (default: ${DEFAULT-VALUE}).")
    public int threads = 1;

    @Option(
            names = "--dns_ttl",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Time to live of the answers. Changes are pushed here, so a long one would only make caches"
                    + " serve tasks that are gone (default: ${DEFAULT-VALUE}; Mesos-DNS: 60).")
    public int ttlSeconds = 5;

    @Option(
            names = "--dns_http_ip",
            paramLabel = "IP",
            defaultValue = "127.0.0.1",
            description = "Address of the two HTTP interfaces (default: ${DEFAULT-VALUE}).")
    public String httpIp = "127.0.0.1";

    @Option(
            names = "--mesos_dns_http_port",
            paramLabel = "PORT",
            defaultValue = "8123",
            description = "Port of Mesos-DNS' HTTP interface, 0 for any free one (default: ${DEFAULT-VALUE}).")
    public int mesosDnsHttpPort = 8123;

    @Option(
            names = "--net_http_port",
            paramLabel = "PORT",
            defaultValue = "62080",
            description = "Port of DC/OS net's HTTP interface, 0 for any free one (default: ${DEFAULT-VALUE}).")
    public int netHttpPort = 62080;
}
