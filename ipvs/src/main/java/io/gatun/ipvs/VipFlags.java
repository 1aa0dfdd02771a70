package io.gatun.ipvs;

import java.util.List;
import picocli.CommandLine.Option;

/**
 * What the virtual IPs of a node are told at the start. The range is DC/OS' own, so that addresses stay what they were.
 * Fields are read once by {@link VipController#launch}.
 */
public final class VipFlags {
    @Option(
            names = "--l4lb_min_named_ip",
            paramLabel = "IP",
            defaultValue = "11.0.0.0",
            description = "First address of the range for named virtual IPs (default: ${DEFAULT-VALUE}).")
    public String minNamedIp = "11.0.0.0";

    @Option(
            names = "--l4lb_max_named_ip",
            paramLabel = "IP",
            defaultValue = "11.255.255.254",
            description = "Last address of that range; changing it moves every name's address"
                    + " (default: ${DEFAULT-VALUE}).")
    public String maxNamedIp = "11.255.255.254";

    @Option(
            names = "--l4lb_scheduler",
            paramLabel = "NAME",
            defaultValue = "wlc",
            description = "IPVS scheduler; where the kernel lacks it, wrr and then rr are taken"
                    + " (default: ${DEFAULT-VALUE}).")
    public String scheduler = "wlc";

    @Option(
            names = "--l4lb_interface",
            paramLabel = "NAME",
            defaultValue = "gatun",
            description = "Dummy network interface that holds the addresses; lo where the kernel has no dummy device"
                    + " (default: ${DEFAULT-VALUE}).")
    public String interfaceName = "gatun";

    @Option(
            names = "--l4lb_node_ips",
            split = ",",
            paramLabel = "IP",
            defaultValue = "198.51.100.1,198.51.100.2,198.51.100.3",
            description = "Addresses that the interface holds besides: those of this node's resolver"
                    + " (default: ${DEFAULT-VALUE}; \"\" for none).")
    public List<String> nodeIps = List.of("198.51.100.1", "198.51.100.2", "198.51.100.3");
}
