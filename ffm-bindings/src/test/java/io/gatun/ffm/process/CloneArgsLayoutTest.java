package io.gatun.ffm.process;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** struct clone_args of linux/sched.h, and the structs that the two programs of ours share with Java. */
class CloneArgsLayoutTest {
    @Test
    void shouldHaveTheSizeOfVersion2() {
        assertThat(CloneArgs.LAYOUT.byteSize()).isEqualTo(88);
    }

    @ParameterizedTest
    @CsvSource({
        "flags, 0",
        "pidfd, 8",
        "child_tid, 16",
        "parent_tid, 24",
        "exit_signal, 32",
        "stack, 40",
        "stack_size, 48",
        "tls, 56",
        "set_tid, 64",
        "set_tid_size, 72",
        "cgroup, 80"
    })
    void shouldHaveEachFieldInItsPlace(String field, long offset) {
        assertThat(CloneArgs.LAYOUT.byteOffset(groupElement(field))).isEqualTo(offset);
    }

    @Test
    void shouldKeepHeaderFieldsApart() {
        assertThat(SyscallTable.ERROR).as("reported together with FAILED").isEqualTo(SyscallTable.FAILED + 8);
        assertThat(SyscallTable.NAME + Init.NAME.length()).isLessThan(SyscallTable.SIGINFO);
        assertThat(SyscallTable.ENDING_FD - SyscallTable.SIGINFO)
                .as("siginfo_t")
                .isEqualTo(128);
        assertThat(SyscallTable.HEADER_BYTES).as("two words after it").isEqualTo(SyscallTable.ENDING_FD + 16);
        assertThat(SyscallTable.RECORD_BYTES).isEqualTo(SyscallTable.FLAGS + 8);
    }
}
