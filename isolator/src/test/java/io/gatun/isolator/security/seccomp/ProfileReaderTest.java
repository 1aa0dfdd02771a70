package io.gatun.isolator.security.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.isolator.security.Capability;
import io.gatun.isolator.security.seccomp.SeccompAction.Kind;
import io.gatun.isolator.security.seccomp.SeccompRule.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileReaderTest {
    private static SeccompProfile read(String json) {
        return ProfileReader.read("p.json", json);
    }

    @Test
    void shouldReadDockersFormat() {
        SeccompProfile profile = read("""
                {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
                 "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]},
                             {"architecture": "SCMP_ARCH_S390X", "subArchitectures": null}],
                 "syscalls": [
                   {"names": ["read", "s390_sthyi"], "action": "SCMP_ACT_ALLOW"},
                   {"names": ["clone"], "action": "SCMP_ACT_ALLOW", "comment": "c",
                    "args": [{"index": 0, "value": 2114060288, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}],
                    "includes": {"arches": ["amd64"], "minKernel": "4.8"}, "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
                   {"name": "clone3", "action": "SCMP_ACT_ERRNO", "errno": "ENOSYS"},
                   {"names": ["ptrace"], "action": "SCMP_ACT_TRACE", "errnoRet": 9},
                   {"names": ["personality"], "action": "SCMP_ACT_KILL", "args": [
                     {"index": 5, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]}""");
        assertThat(profile.defaultAction()).isEqualTo(new SeccompAction(Kind.ERRNO, 38));
        assertThat(profile.architectures()).containsExactlyInAnyOrder(SeccompArch.X86_64, SeccompArch.X86);
        assertThat(profile.rules())
                .containsExactly(
                        new SeccompRule(
                                List.of("read", "s390_sthyi"), SeccompAction.ALLOW, List.of(), Scope.NONE, Scope.NONE),
                        new SeccompRule(
                                List.of("clone"),
                                SeccompAction.ALLOW,
                                List.of(new ArgCondition(0, ArgCondition.Op.MASKED_EQ, 0x7e02_0000, 0)),
                                new Scope(Set.of(), Set.of("amd64"), Optional.of(new KernelVersion(4, 8))),
                                new Scope(Set.of(Capability.SYS_ADMIN), Set.of(), Optional.empty())),
                        new SeccompRule(List.of("clone3"), SeccompAction.ENOSYS, List.of(), Scope.NONE, Scope.NONE),
                        new SeccompRule(
                                List.of("ptrace"), new SeccompAction(Kind.TRACE, 9), List.of(), Scope.NONE, Scope.NONE),
                        new SeccompRule(
                                List.of("personality"),
                                new SeccompAction(Kind.KILL_THREAD, 0),
                                List.of(new ArgCondition(5, ArgCondition.Op.EQ, -1, 0)),
                                Scope.NONE,
                                Scope.NONE));
    }

    @Test
    void shouldReadTheRuntimeSpecificationsFormat() {
        SeccompProfile profile = read("""
                {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_AARCH64"],
                 "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"],
                 "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_ERRNO"}]}""");
        assertThat(profile.architectures()).containsExactly(SeccompArch.AARCH64);
        assertThat(profile.flags()).isEqualTo(6);
        assertThat(profile.rules().getFirst().action())
                .as("EPERM unless said")
                .isEqualTo(new SeccompAction(Kind.ERRNO, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"syscalls\": [{\"names\": [\"opennat\"], \"action\": \"SCMP_ACT_ALLOW\"}]"
                        + " | syscalls[0].names[0]=\"opennat\": is no system call of any architecture, as of Linux 6.17",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"ALLOW\"}]"
                        + " | syscalls[0].action=\"ALLOW\": is no action; seccomp_rule_add(3) has them",
                "\"syscalls\": [{\"names\": [\"read\"]}] | syscalls[0].action=: must be a string",
                "\"syscalls\": [{\"names\": [], \"action\": \"SCMP_ACT_ALLOW\"}]"
                        + " | syscalls[0].names=[]: must name a system call",
                "\"syscalls\": {} | syscalls={}: must be an array",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_NOTIFY\"}]"
                        + " | syscalls[0].action=\"SCMP_ACT_NOTIFY\": no listener is started by this agent",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 5000}]"
                        + " | syscalls[0].errnoRet=5000: must be 0 to 4095, or 65535 with SCMP_ACT_TRACE",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ERRNO\", \"errno\": \"EFOO\"}]"
                        + " | syscalls[0].errno=\"EFOO\": is no name of errno(3)",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 6,"
                        + " \"value\": 0, \"op\": \"SCMP_CMP_EQ\"}]}]"
                        + " | syscalls[0].args[0].index=6: must be an integer from 0 to 5",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0,"
                        + " \"value\": -1, \"op\": \"SCMP_CMP_EQ\"}]}]"
                        + " | syscalls[0].args[0].value=-1: must be an integer from 0 to 18446744073709551615",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0,"
                        + " \"value\": 1, \"valueTwo\": 2, \"op\": \"SCMP_CMP_MASKED_EQ\"}]}]"
                        + " | syscalls[0].args[0].valueTwo=0x2: has bits outside of the mask 0x1, so nothing can be equal to it",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"args\": [{\"index\": 0,"
                        + " \"value\": 1, \"op\": \"==\"}]}]"
                        + " | syscalls[0].args[0].op=\"==\": is no operator; seccomp_rule_add(3) has them",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"caps\":"
                        + " [\"CAP_ROOT\"]}}] | syscalls[0].includes.caps=CAP_ROOT: is no capability; capabilities(7) has the names",
                "\"syscalls\": [{\"names\": [\"read\"], \"action\": \"SCMP_ACT_ALLOW\", \"includes\": {\"minKernel\":"
                        + " \"new\"}}] | syscalls[0].includes.minKernel=\"new\": must be MAJOR.MINOR",
                "\"architectures\": [\"SCMP_ARCH_VAX\"]"
                        + " | architectures[0]=\"SCMP_ARCH_VAX\": is no architecture; seccomp_arch_add(3) has them",
                "\"flags\": [\"X\"] | flags[0]=\"X\": must be one of [SECCOMP_FILTER_FLAG_LOG,"
                        + " SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_TSYNC]",
                "\"listenerPath\": \"/run/x\" | listenerPath=\"/run/x\": no listener is started by this agent",
                "\"sycalls\": [] | sycalls=[]: is no key of a profile, which are [archMap, architectures, comment,"
                        + " defaultAction, defaultErrno, defaultErrnoRet, flags, listenerMetadata, listenerPath, syscalls]"
            })
    void shouldNameTheMistake(String keys, String message) {
        assertThatThrownBy(() -> read("{\"defaultAction\": \"SCMP_ACT_ERRNO\", " + keys + "}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("seccomp profile p.json: " + message);
    }

    @Test
    void shouldRefuseWhatIsNoJson() {
        assertThatThrownBy(() -> read("{\n\"defaultAction\": }"))
                .hasMessageStartingWith("seccomp profile p.json: is not JSON: ")
                .hasMessageEndingWith(" in line 2");
        assertThatThrownBy(() -> read("")).hasMessageStartingWith("seccomp profile p.json: ");
        assertThatThrownBy(() -> read("[]")).hasMessage("seccomp profile p.json: =[]: must be an object");
        assertThatThrownBy(() -> read("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"defaultAction\": \"SCMP_ACT_ALLOW\"}"))
                .hasMessageContaining("Duplicate field 'defaultAction'");
    }
}
