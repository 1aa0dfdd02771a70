package io.gatun.isolator.security.seccomp;

import io.gatun.isolator.security.Capability;
import java.util.Set;

/**
 * What a profile is compiled for.
 *
 * @param arch the machine's own convention
 * @param kernel its version
 * @param bounding the capabilities that the container can have at most
 */
public record SeccompTarget(SeccompArch arch, KernelVersion kernel, Set<Capability> bounding) {
    public SeccompTarget {
        bounding = Set.copyOf(bounding);
    }
}
