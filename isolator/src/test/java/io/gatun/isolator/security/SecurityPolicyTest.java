package io.gatun.isolator.security;

import static io.gatun.isolator.security.Capability.NET_ADMIN;
import static io.gatun.isolator.security.Capability.NET_RAW;
import static io.gatun.isolator.security.Capability.SYS_ADMIN;
import static io.gatun.isolator.security.SecurityPlanTest.KERNEL;
import static io.gatun.isolator.security.SecurityPlanTest.ROOT;
import static io.gatun.isolator.security.SecurityPlanTest.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.ffm.Arch;
import io.gatun.isolator.CgroupHost;
import io.gatun.isolator.Host;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.Privileges;
import io.gatun.isolator.security.seccomp.KernelVersion;
import io.gatun.isolator.security.seccomp.SeccompProfiles;
import io.gatun.isolator.selection.Isolators;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecurityPolicyTest {
    private static final Set<String> ALL = Isolators.standard().names();
    private static final Host ROOTLESS =
            new Host(Arch.X86_64, 1000, 1000, EnumSet.of(Namespace.USER, Namespace.PID), true, CgroupHost.NONE);

    private static SecurityPolicy policy(Optional<Set<Capability>> effective, Optional<Set<Capability>> bounding) {
        return new SecurityPolicy(
                effective, bounding, new SeccompProfiles(Optional.empty()), Optional.empty(), false, List.of(), KERNEL);
    }

    private static final SecurityPolicy STANDARD = policy(Optional.empty(), Optional.empty());

    private static Privileges asking(Set<Capability> effective, Set<Capability> bounding) {
        return Privileges.DEFAULT.withCapabilities(Optional.of(effective), Optional.of(bounding));
    }

    private static Capabilities capabilities(SecurityPolicy policy, Privileges asked) {
        return policy.confine(config(asked, true), ROOT, ALL).capabilities().orElseThrow();
    }

    @Test
    void shouldConfineAnImageWhateverIsSelected() {
        Confinement held = STANDARD.confine(config(Privileges.DEFAULT, true), ROOT, Set.of());
        assertThat(held.noNewPrivileges()).isTrue();
        assertThat(held.capabilities()).contains(Capabilities.CONTAINER);
        assertThat(held.filter())
                .hasValueSatisfying(filter -> assertThat(filter.name()).isEqualTo("default"));
    }

    @Test
    void shouldLeaveTheHostsFilesToTheIsolators() {
        Confinement held = STANDARD.confine(config(Privileges.DEFAULT, false), ROOT, Set.of());
        assertThat(held).isEqualTo(Confinement.NONE);
        assertThat(STANDARD.confine(config(Privileges.DEFAULT, false), ROOT, ALL))
                .isEqualTo(Confinement.MINIMAL);
        Capabilities few = Capabilities.of(Set.of(NET_RAW), Set.of(NET_RAW));
        SecurityPolicy flags = policy(Optional.of(Set.of(NET_RAW)), Optional.empty());
        assertThat(flags.confine(config(Privileges.DEFAULT, false), ROOT, ALL).capabilities())
                .contains(few);
        assertThat(flags.confine(config(Privileges.DEFAULT, false), ROOT, Set.of())
                        .capabilities())
                .isEmpty();
    }

    @Test
    void shouldTakeTheSetsOfTaskOrFlags() {
        Set<Capability> two = Set.of(NET_RAW, NET_ADMIN);
        assertThat(capabilities(STANDARD, asking(Set.of(NET_RAW), two)))
                .isEqualTo(new Capabilities(Set.of(NET_RAW), two, Set.of(NET_RAW)));
        assertThat(capabilities(STANDARD, Privileges.DEFAULT.withCapabilities(Optional.of(two), Optional.empty())))
                .isEqualTo(Capabilities.of(two, two));
        assertThat(capabilities(STANDARD, Privileges.DEFAULT.withCapabilities(Optional.empty(), Optional.of(two))))
                .isEqualTo(Capabilities.of(two, two));
        SecurityPolicy flags = policy(Optional.of(Set.of(NET_RAW)), Optional.of(two));
        assertThat(capabilities(flags, Privileges.DEFAULT))
                .isEqualTo(new Capabilities(Set.of(NET_RAW), two, Set.of(NET_RAW)));
        assertThat(capabilities(flags, asking(Set.of(), Set.of()))).isEqualTo(Capabilities.NONE);
    }

    @Test
    void shouldHoldTasksToTheAgentsBoundingSet() {
        SecurityPolicy flags = policy(Optional.empty(), Optional.of(Set.of(NET_RAW)));
        assertThatThrownBy(() -> capabilities(flags, asking(Set.of(NET_RAW), Set.of(NET_RAW, SYS_ADMIN))))
                .hasMessage(
                        "linux_info.bounding_capabilities=[SYS_ADMIN]: must be in the agent's --bounding_capabilities");
        assertThatThrownBy(() -> capabilities(
                        flags, Privileges.DEFAULT.withCapabilities(Optional.of(Set.of(SYS_ADMIN)), Optional.empty())))
                .hasMessage("linux_info.effective_capabilities=[SYS_ADMIN]: must be in the bounding set");
    }

    @Test
    void shouldGiveNothingThatTheAgentLacks() {
        KernelRights poor = new KernelRights(new KernelVersion(6, 1), 40, Set.of(NET_RAW, Capability.CHOWN));
        SecurityPolicy policy = SecurityPolicy.standard(poor);
        assertThat(capabilities(policy, Privileges.DEFAULT).effective())
                .containsExactlyInAnyOrder(NET_RAW, Capability.CHOWN);
        assertThatThrownBy(() -> capabilities(policy, asking(Set.of(SYS_ADMIN), Set.of(SYS_ADMIN))))
                .hasMessage("linux_info.effective_capabilities=[SYS_ADMIN]: must be in what the agent itself may do");
    }

    @Test
    void shouldRefuseWhatNoSelectedIsolatorDoes() {
        assertThatThrownBy(() -> STANDARD.confine(
                        config(asking(Set.of(NET_RAW), Set.of(NET_RAW)), false), ROOT, Set.of("linux/nnp")))
                .hasMessage("linux_info.effective_capabilities=[NET_RAW]: needs linux/capabilities in --isolation");
        assertThatThrownBy(() -> STANDARD.confine(
                        config(Privileges.DEFAULT.with(new Seccomp.Profile("web")), false), ROOT, Set.of()))
                .hasMessage("seccomp.profile_name=web: needs linux/seccomp in --isolation");
        Rlimit core = Rlimit.unlimited(Rlimit.Type.CORE);
        assertThatThrownBy(() ->
                        STANDARD.confine(config(Privileges.DEFAULT.withRlimits(List.of(core)), true), ROOT, Set.of()))
                .hasMessageStartingWith("rlimits=[")
                .hasMessageEndingWith("needs posix/rlimits in --isolation");
    }

    @Test
    void shouldLoosenOnRequest() {
        Confinement open = STANDARD.confine(config(Privileges.all(), true), ROOT, ALL);
        assertThat(open.filter()).isEmpty();
        assertThat(open.noNewPrivileges()).isFalse();
        assertThat(open.capabilities()).contains(Capabilities.of(Capability.ALL, Capability.ALL));
        SecurityPolicy lax = new SecurityPolicy(
                Optional.empty(),
                Optional.empty(),
                new SeccompProfiles(Optional.empty()),
                Optional.empty(),
                true,
                List.of(),
                KERNEL);
        assertThat(lax.confine(config(Privileges.DEFAULT, true), ROOT, ALL).noNewPrivileges())
                .isFalse();
    }

    @Test
    void shouldConfineWithoutRootAsFarAsThatGoes() {
        Confinement held = STANDARD.confine(config(Privileges.DEFAULT, true), ROOTLESS, ALL);
        assertThat(held.capabilities()).isEmpty();
        assertThat(held.filter()).isPresent();
        assertThatThrownBy(() -> STANDARD.confine(config(new Privileges(false), true), ROOTLESS, ALL))
                .hasMessageStartingWith("seccomp=default: needs no_new_privs");
        assertThatThrownBy(() ->
                        STANDARD.confine(config(asking(Set.of(NET_RAW), Set.of(NET_RAW)), true), ROOTLESS, ALL))
                .hasMessageContaining("the agent is not root");
        Device tun = new Device("/dev/net/tun", false, 10, 200, "rw", 0666, 0, 0);
        assertThatThrownBy(() ->
                        STANDARD.confine(config(Privileges.DEFAULT.withDevices(List.of(tun)), true), ROOTLESS, ALL))
                .hasMessage("devices=/dev/net/tun: the agent is not root, so cannot make device nodes");
    }

    @Test
    void shouldGiveTheDevicesOfTheAgentToImagesOnly() {
        Device fuse = new Device("/dev/fuse", false, 10, 229, "rw", 0666, 0, 0);
        SecurityPolicy policy = new SecurityPolicy(
                Optional.empty(),
                Optional.empty(),
                new SeccompProfiles(Optional.empty()),
                Optional.empty(),
                false,
                List.of(fuse),
                KERNEL);
        assertThat(policy.confine(config(Privileges.DEFAULT, true), ROOT, ALL).devices())
                .containsExactly(fuse);
        assertThat(policy.confine(config(Privileges.DEFAULT, false), ROOT, ALL).devices())
                .isEmpty();
    }
}
