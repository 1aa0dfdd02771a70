package io.gatun.agent;

import io.gatun.isolator.Privileges;
import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.Rlimit;
import io.gatun.isolator.security.Seccomp;
import io.gatun.mesos.v1.CapabilityInfo;
import io.gatun.mesos.v1.ContainerInfo;
import io.gatun.mesos.v1.LinuxInfo;
import io.gatun.mesos.v1.RLimitInfo.RLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a task asks for as to rights: LinuxInfo and RLimitInfo of mesos.proto. */
final class TaskPrivileges {
    private TaskPrivileges() {}

    /** @throws IllegalArgumentException naming field, value and rule */
    static Privileges of(ContainerInfo container) {
        LinuxInfo linux = container.getLinuxInfo();
        Optional<Set<Capability>> effective = effective(linux);
        Optional<Set<Capability>> bounding = linux.hasBoundingCapabilities()
                ? Optional.of(capabilities("linux_info.bounding_capabilities", linux.getBoundingCapabilities()))
                : Optional.empty();
        return Privileges.DEFAULT
                .withCapabilities(effective, bounding)
                .with(seccomp(linux))
                .withRlimits(rlimits(container));
    }

    @SuppressWarnings("deprecation") // capability_info: what effective_capabilities was called before Mesos 1.5
    private static Optional<Set<Capability>> effective(LinuxInfo linux) {
        if (linux.hasEffectiveCapabilities()) {
            return Optional.of(capabilities("linux_info.effective_capabilities", linux.getEffectiveCapabilities()));
        }
        return linux.hasCapabilityInfo()
                ? Optional.of(capabilities("linux_info.capability_info", linux.getCapabilityInfo()))
                : Optional.empty();
    }

    static Set<Capability> capabilities(String field, CapabilityInfo info) {
        return Capability.parse(
                field, info.getCapabilitiesList().stream().map(Enum::name).toList());
    }

    private static Seccomp seccomp(LinuxInfo linux) {
        boolean named = linux.getSeccomp().hasProfileName();
        if (linux.getSeccomp().getUnconfined()) {
            if (named) {
                throw new IllegalArgumentException("linux_info.seccomp.profile_name="
                        + linux.getSeccomp().getProfileName() + ": must be absent with unconfined");
            }
            return new Seccomp.Unconfined();
        }
        return named ? new Seccomp.Profile(linux.getSeccomp().getProfileName()) : new Seccomp.Standard();
    }

    private static List<Rlimit> rlimits(ContainerInfo container) {
        List<Rlimit> limits = new ArrayList<>();
        for (RLimit limit : container.getRlimitInfo().getRlimitsList()) {
            Rlimit.Type type = Rlimit.Type.named(limit.getType().name())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "rlimit_info.rlimits.type=" + limit.getType() + ": is no limit; getrlimit(2) has them"));
            if (limit.hasSoft() != limit.hasHard()) {
                throw new IllegalArgumentException(
                        "rlimit_info.rlimits." + type + ": must have both soft and hard, or none for no limit");
            }
            limits.add(limit.hasHard() ? new Rlimit(type, limit.getSoft(), limit.getHard()) : Rlimit.unlimited(type));
        }
        return limits;
    }
}
