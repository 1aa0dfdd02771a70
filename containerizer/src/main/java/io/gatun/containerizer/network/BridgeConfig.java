package io.gatun.containerizer.network;

import io.gatun.ffm.netlink.RtLink;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The built-in bridge. Two agents in one network namespace need two of different names and networks.
 *
 * @param name of the interface: {@code --bridge_name}
 * @param subnet of the containers: {@code --bridge_subnet}
 * @param mtuBytes of bridge and containers, 576 to 65535: {@code --bridge_mtu}; empty for the kernel's default, 1500
 */
public record BridgeConfig(String name, Subnet subnet, OptionalInt mtuBytes) {
    /** Default of {@code --bridge_name}. */
    public static final String NAME = "gatun0";

    /** Default of {@code --bridge_subnet}. */
    public static final String SUBNET = "172.29.0.0/16";

    /** RFC 791: every host takes so much. */
    private static final int MTU_MIN = 576;

    private static final int MTU_MAX = 65_535;
    private static final Pattern INTERFACE =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0," + (RtLink.NAME_BYTES_MAX - 1) + "}");

    /** What an agent uses that was not told otherwise; after the constants that it is checked by. */
    public static final BridgeConfig DEFAULT = parse(NAME, SUBNET, 0);

    public BridgeConfig {
        if (!INTERFACE.matcher(name).matches()) {
            throw new IllegalArgumentException("bridge_name=" + name + ": must be 1 to " + RtLink.NAME_BYTES_MAX
                    + " of A-Z a-z 0-9 _ - and not start with a hyphen");
        }
        if (mtuBytes.isPresent() && (mtuBytes.getAsInt() < MTU_MIN || mtuBytes.getAsInt() > MTU_MAX)) {
            throw new IllegalArgumentException(
                    "bridge_mtu=" + mtuBytes.getAsInt() + ": must be 0 (the default) or " + MTU_MIN + " to " + MTU_MAX);
        }
    }

    /**
     * From the agent's flags.
     *
     * @param mtuBytes 0 for the kernel's default
     * @throws IllegalArgumentException naming the flag
     */
    public static BridgeConfig parse(String name, String subnet, int mtuBytes) {
        return new BridgeConfig(
                name,
                Subnet.parse("bridge_subnet", subnet),
                mtuBytes == 0 ? OptionalInt.empty() : OptionalInt.of(mtuBytes));
    }
}
