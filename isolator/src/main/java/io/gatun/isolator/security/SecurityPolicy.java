package io.gatun.isolator.security;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Host;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.security.seccomp.SeccompArch;
import io.gatun.isolator.security.seccomp.SeccompFilter;
import io.gatun.isolator.security.seccomp.SeccompProfiles;
import io.gatun.isolator.security.seccomp.SeccompTarget;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent decides about the rights of its containers: together with what a container asks for, its
 * {@link Confinement}. A container with files of its own is confined whatever {@code --isolation} says; one that runs
 * on the host's files gets what the selected isolators do. Any thread.
 *
 * @param effective of containers that ask for none, {@code --effective_capabilities}
 * @param bounding the most that any container may have, and has if it does not ask, {@code --bounding_capabilities}
 * @param profiles for seccomp
 * @param profileName of containers that ask for none, {@code --seccomp_profile_name}
 * @param allowNewPrivileges whether programs may gain rights by exec, {@code --allow_new_privileges}
 * @param devices that every container with files of its own gets, {@code --allowed_devices}
 * @param kernel what the agent runs on, and with which rights
 */
public record SecurityPolicy(
        Optional<Set<Capability>> effective,
        Optional<Set<Capability>> bounding,
        SeccompProfiles profiles,
        Optional<String> profileName,
        boolean allowNewPrivileges,
        List<Device> devices,
        KernelRights kernel) {
    private static final String CAPABILITIES = "linux/capabilities";
    private static final String SECCOMP = "linux/seccomp";
    private static final String NNP = "linux/nnp";
    private static final String DEVICES = "linux/devices";
    private static final String RLIMITS = "posix/rlimits";

    public SecurityPolicy {
        devices = List.copyOf(devices);
        if (effective.isPresent() && bounding.isPresent()) {
            Capabilities.of(effective.get(), bounding.get());
        }
    }

    /** Of an agent without flags. */
    public static SecurityPolicy standard(KernelRights kernel) {
        return new SecurityPolicy(
                Optional.empty(),
                Optional.empty(),
                new SeccompProfiles(Optional.empty()),
                Optional.empty(),
                false,
                List.of(),
                kernel);
    }

    /**
     * Decides. Reads no more than the file of a seccomp profile.
     *
     * @param isolators selected by name
     * @throws IllegalArgumentException naming field, value and rule
     */
    public Confinement confine(ContainerConfig config, Host host, Set<String> isolators) {
        Privileges asked = config.privileges();
        boolean contained =
                config.filesystem().image().isPresent() || config.filesystem().isolated();
        requireSelected(!asked.rlimits().isEmpty(), "rlimits", asked.rlimits(), RLIMITS, isolators);
        requireSelected(!asked.devices().isEmpty(), "devices", asked.devices(), DEVICES, isolators);
        boolean nnp = asked.noNewPrivileges() && !allowNewPrivileges && (contained || isolators.contains(NNP));
        Optional<Capabilities> capabilities =
                capabilities(asked, host, contained, contained || isolators.contains(CAPABILITIES));
        Optional<SeccompFilter> filter = filter(
                asked.seccomp(),
                new SeccompTarget(
                        SeccompArch.of(host.arch()),
                        kernel.version(),
                        capabilities.map(Capabilities::bounding).orElse(kernel.capabilities())),
                contained,
                contained || isolators.contains(SECCOMP));
        if (filter.isPresent() && !nnp && !host.canChangeUser()) {
            throw new IllegalArgumentException("seccomp=" + filter.get().name()
                    + ": needs no_new_privs, since the agent is not root: leave out --allow_new_privileges");
        }
        return new Confinement(nnp, capabilities, kernel.lastCapability(), filter, devices(asked, host, contained));
    }

    /** Whether {@link #confine} reads a file, so that it may decide otherwise the next time. */
    public boolean readsProfile(ContainerConfig config) {
        return switch (config.privileges().seccomp()) {
            case Seccomp.Unconfined _ -> false;
            case Seccomp.Profile _ -> true;
            case Seccomp.Standard _ -> profileName.isPresent();
        };
    }

    private static void requireSelected(
            boolean asked, String field, Object value, String isolator, Set<String> isolators) {
        if (asked && !isolators.contains(isolator)) {
            throw new IllegalArgumentException(field + "=" + value + ": needs " + isolator + " in --isolation");
        }
    }

    private Optional<Capabilities> capabilities(Privileges asked, Host host, boolean contained, boolean selected) {
        Optional<Set<Capability>> e = asked.effectiveCapabilities().or(() -> effective);
        Optional<Set<Capability>> b = asked.boundingCapabilities().or(() -> bounding);
        boolean byTask = asked.effectiveCapabilities().isPresent()
                || asked.boundingCapabilities().isPresent();
        if (byTask && !selected) {
            throw new IllegalArgumentException("linux_info.effective_capabilities="
                    + asked.effectiveCapabilities().orElse(Set.of()) + ": needs linux/capabilities in --isolation");
        }
        // Root of a user namespace as well has capabilities to give up.
        boolean root = host.uid() == 0;
        if (byTask && !root) {
            throw new IllegalArgumentException("linux_info.effective_capabilities="
                    + asked.effectiveCapabilities().orElse(Set.of())
                    + ": the agent is not root, so its tasks have none");
        }
        if (!selected || !root || (!contained && e.isEmpty() && b.isEmpty())) {
            return Optional.empty();
        }
        if (e.isEmpty() && b.isEmpty()) {
            EnumSet<Capability> possible = EnumSet.copyOf(Capability.CONTAINER);
            possible.retainAll(kernel.capabilities());
            return Optional.of(new Capabilities(possible, possible, Set.of()));
        }
        return Optional.of(chosen(e.or(() -> b).get(), asked.boundingCapabilities(), e));
    }

    /** The bounding set is what was asked for; else the agent's, unless the effective set is all that is known. */
    private Capabilities chosen(
            Set<Capability> e, Optional<Set<Capability>> askedBounding, Optional<Set<Capability>> askedEffective) {
        Set<Capability> b =
                askedBounding.or(() -> bounding).or(() -> askedEffective).orElse(e);
        requireIn("linux_info.bounding_capabilities", b, bounding.orElse(b), "the agent's --bounding_capabilities");
        requireIn("linux_info.effective_capabilities", e, b, "the bounding set");
        requireIn("linux_info.effective_capabilities", e, kernel.capabilities(), "what the agent itself may do");
        return Capabilities.of(e, b);
    }

    private static void requireIn(String field, Set<Capability> part, Set<Capability> whole, String named) {
        List<Capability> outside = new ArrayList<>(part);
        outside.removeAll(whole);
        if (!outside.isEmpty()) {
            outside.sort(null);
            throw new IllegalArgumentException(field + "=" + outside + ": must be in " + named);
        }
    }

    private Optional<SeccompFilter> filter(Seccomp asked, SeccompTarget target, boolean contained, boolean selected) {
        return switch (asked) {
            case Seccomp.Unconfined _ -> Optional.empty();
            case Seccomp.Profile profile -> {
                if (!selected) {
                    throw new IllegalArgumentException(
                            "seccomp.profile_name=" + profile.name() + ": needs linux/seccomp in --isolation");
                }
                yield Optional.of(profiles.named(profile.name(), target));
            }
            case Seccomp.Standard _ -> {
                if (selected && profileName.isPresent()) {
                    yield Optional.of(profiles.named(profileName.get(), target));
                }
                yield contained ? Optional.of(profiles.standard(target)) : Optional.empty();
            }
        };
    }

    private List<Device> devices(Privileges asked, Host host, boolean contained) {
        if (!asked.devices().isEmpty() && contained && !host.canChangeUser()) {
            throw new IllegalArgumentException("devices="
                    + asked.devices().getFirst().path() + ": the agent is not root, so cannot make device nodes");
        }
        List<Device> all = new ArrayList<>(asked.devices());
        if (contained && host.canChangeUser()) {
            devices.stream()
                    .filter(device -> all.stream().noneMatch(own -> own.path().equals(device.path())))
                    .forEach(all::add);
        }
        return all;
    }
}
