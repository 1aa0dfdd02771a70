package io.gatun.containerizer.network;

import io.gatun.containerizer.network.cni.CniSettings;

/**
 * What an agent's flags say of networks.
 *
 * @param bridge the built-in one
 * @param cni where networks and plugins of CNI are
 * @param dns for containers whose configuration and plugins say nothing of name servers
 */
public record NetworkSettings(BridgeConfig bridge, CniSettings cni, DnsDefaults dns) {
    /** What an agent uses that was not told otherwise. */
    public static final NetworkSettings DEFAULT =
            new NetworkSettings(BridgeConfig.DEFAULT, CniSettings.DEFAULT, DnsDefaults.NONE);
}
