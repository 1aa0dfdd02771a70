package io.gatun.isolator;

import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.Device;
import io.gatun.isolator.security.Rlimit;
import io.gatun.isolator.security.Seccomp;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a container asks for as to the rights of its processes; capabilities(7), seccomp(2), getrlimit(2). What it
 * leaves open the agent decides: {@link io.gatun.isolator.security.SecurityPolicy}.
 *
 * @param noNewPrivileges whether exec can gain nothing; prctl(2)
 * @param effectiveCapabilities what the task has, and keeps whatever its user is; as Mesos' LinuxInfo
 * @param boundingCapabilities what it can have at most; as Mesos' LinuxInfo
 * @param seccomp which system calls it may make
 * @param devices nodes in the container's /dev; that they can be opened is said by the devices of its limits
 * @param rlimits at most one of each type
 * @param groups supplementary groups besides the user's own: names of the container's /etc/group, or numbers
 */
public record Privileges(
        boolean noNewPrivileges,
        Optional<Set<Capability>> effectiveCapabilities,
        Optional<Set<Capability>> boundingCapabilities,
        Seccomp seccomp,
        List<Device> devices,
        List<Rlimit> rlimits,
        List<String> groups) {
    /** What a container has that asks for nothing. */
    public static final Privileges DEFAULT = new Privileges(true);

    public Privileges {
        effectiveCapabilities = effectiveCapabilities.map(Set::copyOf);
        boundingCapabilities = boundingCapabilities.map(Set::copyOf);
        Objects.requireNonNull(seccomp, "seccomp");
        devices = List.copyOf(devices);
        requireDistinct("devices", devices.stream().map(Device::path).toList());
        rlimits = List.copyOf(rlimits);
        requireDistinct("rlimits", rlimits.stream().map(Rlimit::type).toList());
        groups = List.copyOf(groups);
        for (String group : groups) {
            if (group.isEmpty() || group.indexOf(':') >= 0 || group.indexOf('\n') >= 0) {
                throw new IllegalArgumentException("groups=" + group + ": must be a name of /etc/group or a number");
            }
        }
    }

    /** Asks for nothing else. */
    public Privileges(boolean noNewPrivileges) {
        this(
                noNewPrivileges,
                Optional.empty(),
                Optional.empty(),
                new Seccomp.Standard(),
                List.of(),
                List.of(),
                List.of());
    }

    private static void requireDistinct(String field, List<?> values) {
        for (int i = 0; i < values.size(); i++) {
            if (values.indexOf(values.get(i)) < i) {
                throw new IllegalArgumentException(field + "=" + values.get(i) + ": must be given once");
            }
        }
    }

    /** The same with capabilities; an empty value leaves that set to the agent. */
    public Privileges withCapabilities(Optional<Set<Capability>> effective, Optional<Set<Capability>> bounding) {
        return new Privileges(noNewPrivileges, effective, bounding, seccomp, devices, rlimits, groups);
    }

    /** The same with another choice of system calls. */
    public Privileges with(Seccomp newSeccomp) {
        return new Privileges(
                noNewPrivileges, effectiveCapabilities, boundingCapabilities, newSeccomp, devices, rlimits, groups);
    }

    /** The same with other device nodes. */
    public Privileges withDevices(List<Device> newDevices) {
        return new Privileges(
                noNewPrivileges, effectiveCapabilities, boundingCapabilities, seccomp, newDevices, rlimits, groups);
    }

    /** The same with other resource limits. */
    public Privileges withRlimits(List<Rlimit> newRlimits) {
        return new Privileges(
                noNewPrivileges, effectiveCapabilities, boundingCapabilities, seccomp, devices, newRlimits, groups);
    }

    /** The same with other supplementary groups. */
    public Privileges withGroups(List<String> newGroups) {
        return new Privileges(
                noNewPrivileges, effectiveCapabilities, boundingCapabilities, seccomp, devices, rlimits, newGroups);
    }

    /** Everything that a capability could allow, as {@code docker run --privileged} means it; seccomp off as well. */
    public static Privileges all() {
        Set<Capability> all = EnumSet.allOf(Capability.class);
        return new Privileges(false)
                .withCapabilities(Optional.of(all), Optional.of(all))
                .with(new Seccomp.Unconfined());
    }
}
