package io.gatun.isolator.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.Privileges;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be asked for, and what is refused before anything is made. */
class PrivilegesTest {
    @Test
    void shouldTakeNamesOfBothKinds() {
        assertThat(Capability.parse("f", List.of("CAP_NET_RAW", "net_raw", "SYS_ADMIN")))
                .containsExactly(Capability.NET_RAW, Capability.SYS_ADMIN);
        assertThatThrownBy(() -> Capability.parse("effective_capabilities", List.of("CAP_FLY")))
                .hasMessage("effective_capabilities=CAP_FLY: is no capability; capabilities(7) has the names");
    }

    @Test
    void shouldNumberCapabilitiesAsTheKernelDoes() {
        assertThat(Capability.bits(Set.of(Capability.CHOWN, Capability.CHECKPOINT_RESTORE)))
                .isEqualTo(1L | (1L << 40));
        assertThat(Capability.ALL).hasSize(41);
        assertThat(Capability.bits(Capability.ALL)).isEqualTo(0x1ff_ffff_ffffL);
        assertThat(Capability.bits(Capability.CONTAINER))
                .as("00000000a80425fb, as containers show it")
                .isEqualTo(0xa804_25fbL);
        assertThat(Capability.ofBits(0xa804_25fbL)).isEqualTo(Capability.CONTAINER);
        assertThat(Capability.ofBits(1L << 63)).isEmpty();
    }

    @Test
    void shouldRefuseSetsThatTheKernelWouldRefuse() {
        assertThatThrownBy(() -> Capabilities.of(Set.of(Capability.NET_RAW), Set.of(Capability.CHOWN)))
                .hasMessage("effective_capabilities=[NET_RAW]: [NET_RAW] must be in bounding_capabilities=[CHOWN] too");
        assertThatThrownBy(() -> new Capabilities(Set.of(), Set.of(Capability.CHOWN), Set.of(Capability.CHOWN)))
                .hasMessage("ambient_capabilities=[CHOWN]: [CHOWN] must be in effective_capabilities=[] too");
    }

    @Test
    void shouldRefuseLimitsThatTheKernelWouldRefuse() {
        assertThatThrownBy(() -> new Rlimit(Rlimit.Type.CORE, Rlimit.UNLIMITED, 5))
                .hasMessage("rlimits.CORE.soft=RLIM_INFINITY: must be at most the hard limit, 5");
        assertThatThrownBy(() -> Rlimit.unlimited(Rlimit.Type.NOFILE))
                .hasMessage("rlimits.NOFILE.hard=RLIM_INFINITY: must be at most fs.nr_open; proc_sys_fs(5)");
        assertThat(Rlimit.Type.named("RLMT_NOFILE")).contains(Rlimit.Type.NOFILE);
        assertThat(Rlimit.Type.named("rlimit_core")).contains(Rlimit.Type.CORE);
        assertThat(Rlimit.Type.named("FILES")).isEmpty();
        Rlimit core = Rlimit.unlimited(Rlimit.Type.CORE);
        assertThatThrownBy(() -> Privileges.DEFAULT.withRlimits(List.of(core, core)))
                .hasMessage("rlimits=CORE: must be given once");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dev",
                "/dev/",
                "/dev/../etc/passwd",
                "/dev/./x",
                "/etc/x",
                "dev/x",
                "/dev/fd/3",
                "/dev/pts/0",
                "/dev//x",
                "/dev/shm/x",
                "/dev/a b",
                "/dev/stdout"
            })
    void shouldRefuseNodesOutsideOfDev(String path) {
        assertThatThrownBy(() -> new Device(path, false, 1, 3, "rw", 0666, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("devices.path=" + path + ": must");
    }

    @Test
    void shouldRefuseDevicesThatCannotBe() {
        assertThatThrownBy(() -> new Device("/dev/x", false, 4096, 0, "rw", 0666, 0, 0))
                .hasMessage("devices.major=4096: must be 0 to 4095");
        assertThatThrownBy(() -> new Device("/dev/x", false, 1, 1 << 20, "rw", 0666, 0, 0))
                .hasMessage("devices.minor=1048576: must be 0 to 1048575");
        assertThatThrownBy(() -> new Device("/dev/x", false, 1, 3, "wr", 0666, 0, 0))
                .hasMessage("devices.access=wr: must be some of rwm");
        assertThatThrownBy(() -> new Device("/dev/x", false, 1, 3, "r", 04755, 0, 0))
                .hasMessage("devices.mode=04755: must be 0 to 0777");
    }

    @Test
    void shouldReadADeviceOfTheHost() {
        Device zero = Device.of(Path.of("/dev/zero"), "/dev/nothing", "rwm");
        assertThat(zero).isEqualTo(new Device("/dev/nothing", false, 1, 5, "rwm", 0666, 0, 0));
        assertThat(zero.rule()).isEqualTo("c 1:5 rwm");
        assertThat(new Device("/dev/x", true, 259, 70_000, "r", 0600, 0, 0).number())
                .as("minor in two parts around the major")
                .isEqualTo((70_000 % 256) + (259L << 8) + ((70_000L / 256) << 20));
        assertThatThrownBy(() -> Device.of(Path.of("/etc/passwd"), "/dev/x", "r"))
                .hasMessage("devices.path=/etc/passwd: must be a character or block device");
        assertThatThrownBy(() -> Device.of(Path.of("/dev/missing"), "/dev/x", "r"))
                .hasMessageStartingWith("devices.path=/dev/missing: must be a device of the host: ");
    }

    @Test
    void shouldReadTheKernelsRights() {
        KernelRights rights = KernelRights.parse("6.1.0-18-amd64\n", "40\n", "Name:\tx\nCapBnd:\t00000000a80425fb\n");
        assertThat(rights.version().major()).isEqualTo(6);
        assertThat(rights.lastCapability()).isEqualTo(40);
        assertThat(rights.capabilities()).isEqualTo(Capability.CONTAINER);
        assertThatThrownBy(() -> KernelRights.parse("6.1", "40", "Name:\tx\n")).hasMessageContaining("CapBnd");
        assertThatThrownBy(() -> KernelRights.parse("6.1", "4", "CapBnd:\t0\n"))
                .hasMessage("kernel.cap_last_cap=4: must be 40, as since Linux 5.9, to 63");
        assertThatThrownBy(() -> KernelRights.parse("six", "40", "CapBnd:\t0\n"))
                .hasMessage("kernel version=six: must be MAJOR.MINOR");
    }
}
