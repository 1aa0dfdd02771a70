package io.gatun.isolator.security.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.ffm.Arch;
import io.gatun.ffm.Syscall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SyscallNamesTest {
    static List<String> names() {
        try (InputStream in = SyscallNames.class.getResourceAsStream("syscalls.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", -1)[0])
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldGiveEveryNumberOnce() {
        for (SeccompArch arch : SeccompArch.values()) {
            Set<Integer> seen = new HashSet<>();
            names().forEach(name -> SyscallNames.number(name, arch)
                    .ifPresent(number -> assertThat(seen.add(number))
                            .as("%s %s %d", arch, name, number)
                            .isTrue()));
            assertThat(seen).as("%s", arch).hasSizeGreaterThan(300).contains(469);
        }
    }

    @Test
    void shouldAgreeWithTheCallsThatTheRuntimeItselfMakes() {
        for (Syscall call : Syscall.values()) {
            for (Arch arch : Arch.values()) {
                assertThat(SyscallNames.number(call.manName(), SeccompArch.of(arch)))
                        .as("%s on %s", call, arch)
                        .hasValue(call.number(arch));
            }
        }
    }

    @Test
    void shouldAgreeWithTheHeadersOfThisMachine() throws IOException {
        agree(Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), SeccompArch.X86_64);
        agree(Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_32.h"), SeccompArch.X86);
    }

    private static void agree(Path header, SeccompArch arch) throws IOException {
        Assumptions.assumeTrue(Files.exists(header), header + " is not there: package linux-libc-dev");
        Matcher define = Pattern.compile("#define __NR_(\\w+)\\s+(\\d+)").matcher(Files.readString(header));
        while (define.find()) {
            assertThat(SyscallNames.number(define.group(1), arch))
                    .as("%s on %s", define.group(1), arch)
                    .hasValue(Integer.parseInt(define.group(2)));
        }
    }

    @Test
    void shouldKnowCallsOfOtherArchitectures() {
        assertThat(SyscallNames.isKnown("s390_sthyi")).isTrue();
        assertThat(SyscallNames.number("s390_sthyi", SeccompArch.X86_64)).isEmpty();
        assertThat(SyscallNames.isKnown("opennat")).isFalse();
    }
}
