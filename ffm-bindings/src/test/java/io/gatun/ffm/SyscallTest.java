package io.gatun.ffm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The numbers against the kernel's headers, and the call itself. */
class SyscallTest {
    private static final Path X86 = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
    private static final Path GENERIC = Path.of("/usr/include/asm-generic/unistd.h");
    private static final Pattern DEFINE = Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)");

    @Test
    void shouldHaveTheNumbersOfTheX86Header() throws IOException {
        assertNumbers(X86, Arch.X86_64);
    }

    @Test
    void shouldHaveTheNumbersOfTheGenericHeader() throws IOException {
        assertNumbers(GENERIC, Arch.AARCH64);
    }

    private static void assertNumbers(Path header, Arch arch) throws IOException {
        assumeTrue(Files.exists(header), header + " is missing: package linux-libc-dev");
        Map<String, Integer> defined = new HashMap<>();
        Matcher matcher = DEFINE.matcher(Files.readString(header));
        while (matcher.find()) {
            defined.putIfAbsent(matcher.group(1), Integer.parseInt(matcher.group(2)));
        }
        for (Syscall call : Syscall.values()) {
            assertThat(call.number(arch)).as(call.manName()).isEqualTo(defined.get(call.manName()));
        }
    }

    @Test
    void shouldReturnTheNegatedErrno() {
        assertThat(Syscall.CLOSE.invoke(-1)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void shouldReturnTheResult() throws IOException {
        int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        assertThat(Syscall.GETEUID.invoke(0)).isEqualTo(uid);
    }
}
