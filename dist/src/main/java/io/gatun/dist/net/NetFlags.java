package io.gatun.dist.net;

import io.gatun.dnsserver.DnsFlags;
import io.gatun.ipvs.VipFlags;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How role {@code net} is started. Fields are read once by {@link NetNode#launch}. */
public final class NetFlags {
    @Option(
            names = "--master",
            paramLabel = "MASTER",
            description = "The master to follow: zk://host:port,.../path or host:port (default: ${DEFAULT-VALUE}).")
    public String master = "zk://127.0.0.1:2181/mesos";

    @Mixin
    public VipFlags vip = new VipFlags();

    @Mixin
    public DnsFlags dns = new DnsFlags();
}
