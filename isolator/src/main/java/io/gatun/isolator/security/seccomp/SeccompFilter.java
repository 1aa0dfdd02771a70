package io.gatun.isolator.security.seccomp;

import io.gatun.ffm.Syscall;
import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import java.util.List;

/**
 * A compiled profile.
 *
 * @param name of the profile, for messages
 * @param flags SECCOMP_FILTER_FLAG_*
 * @param instructions each a {@code struct sock_filter} as little-endian word; 1 to 4096
 */
public record SeccompFilter(String name, int flags, List<Long> instructions) {
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    /** BPF_MAXINSNS of linux/bpf_common.h. */
    private static final int MAX_INSTRUCTIONS = 4096;

    public SeccompFilter {
        instructions = List.copyOf(instructions);
        if (instructions.size() > MAX_INSTRUCTIONS) {
            throw new IllegalArgumentException("seccomp profile " + name + ": needs " + instructions.size()
                    + " instructions: the kernel takes at most " + MAX_INSTRUCTIONS);
        }
    }

    /** The call that puts it into force: {@code seccomp(SECCOMP_SET_MODE_FILTER, flags, struct sock_fprog *)}. */
    public SyscallRecord record() {
        return SyscallRecord.of(
                Syscall.SECCOMP,
                name,
                Operand.named(SECCOMP_SET_MODE_FILTER, "SECCOMP_SET_MODE_FILTER"),
                Operand.of(flags),
                new Operand.Struct(
                        // struct sock_fprog: u16 len, 6 bytes of padding, the address of the instructions.
                        List.of(
                                Operand.of(instructions.size()),
                                new Operand.Words(instructions, instructions.size() + " instructions")),
                        "{len=" + instructions.size() + ", filter=\"" + name + "\"}"));
    }
}
