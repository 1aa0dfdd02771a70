package io.gatun.isolator.security;

import io.gatun.isolator.security.seccomp.KernelVersion;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel that an agent runs on, and what the agent itself may do there.
 *
 * @param version of the kernel
 * @param lastCapability the highest number that it knows
 * @param capabilities that the agent's children can have: in its bounding set
 */
public record KernelRights(KernelVersion version, int lastCapability, Set<Capability> capabilities) {
    private static final Pattern BOUNDING = Pattern.compile("^CapBnd:\\s*([0-9a-f]{1,16})$", Pattern.MULTILINE);
    private static final int MAX_CAPABILITY = 63;

    public KernelRights {
        // A number that is too low would leave capabilities in the bounding set of every container.
        int min = Capability.CHECKPOINT_RESTORE.number();
        if (lastCapability < min || lastCapability > MAX_CAPABILITY) {
            throw new IllegalArgumentException("kernel.cap_last_cap=" + lastCapability + ": must be " + min
                    + ", as since Linux 5.9, to " + MAX_CAPABILITY);
        }
        capabilities = Set.copyOf(capabilities);
    }

    /**
     * From what proc(5) says.
     *
     * @param release /proc/sys/kernel/osrelease
     * @param lastCapability /proc/sys/kernel/cap_last_cap
     * @param status /proc/self/status
     */
    public static KernelRights parse(String release, String lastCapability, String status) {
        Matcher bounding = BOUNDING.matcher(status);
        if (!bounding.find()) {
            throw new IllegalArgumentException("/proc/self/status: has no line CapBnd");
        }
        return new KernelRights(
                KernelVersion.parse(release.strip()),
                Integer.parseInt(lastCapability.strip()),
                Capability.ofBits(Long.parseUnsignedLong(bounding.group(1), 16)));
    }
}
