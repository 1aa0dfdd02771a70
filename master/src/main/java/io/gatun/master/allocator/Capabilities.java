package io.gatun.master.allocator;

import io.gatun.mesos.v1.AgentInfo;
import io.gatun.mesos.v1.FrameworkInfo;
import java.util.List;

/** What a framework or an agent said it can do. */
public final class Capabilities {
    private Capabilities() {}

    /** Whether {@code wanted} is among them. */
    public static boolean has(FrameworkInfo info, FrameworkInfo.Capability.Type wanted) {
        return info.getCapabilitiesList().stream().anyMatch(capability -> capability.getType() == wanted);
    }

    /** Whether {@code wanted} is among them. */
    public static boolean has(List<AgentInfo.Capability> capabilities, AgentInfo.Capability.Type wanted) {
        return capabilities.stream().anyMatch(capability -> capability.getType() == wanted);
    }
}
