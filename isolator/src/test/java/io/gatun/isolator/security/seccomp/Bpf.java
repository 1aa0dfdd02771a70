package io.gatun.isolator.security.seccomp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Classic BPF as the kernel takes it from seccomp(2): its checks (seccomp_check_filter), then its interpreter. */
final class Bpf {
    private static final int DATA_BYTES = 64;

    private Bpf() {}

    private static int code(long instruction) {
        return (int) instruction & 0xffff;
    }

    private static int jt(long instruction) {
        return (int) (instruction >>> 16) & 0xff;
    }

    private static int jf(long instruction) {
        return (int) (instruction >>> 24) & 0xff;
    }

    private static int k(long instruction) {
        return (int) (instruction >>> 32);
    }

    /** Throws unless the kernel would take the program. */
    static void check(List<Long> program) {
        if (program.isEmpty() || program.size() > 4096) {
            throw new AssertionError("length " + program.size());
        }
        for (int pc = 0; pc < program.size(); pc++) {
            long instruction = program.get(pc);
            int left = program.size() - pc - 1;
            boolean good = switch (code(instruction)) {
                case 0x20 -> k(instruction) >= 0 && k(instruction) < DATA_BYTES && k(instruction) % 4 == 0 && left > 0;
                case 0x54 -> left > 0;
                case 0x05 -> Integer.compareUnsigned(k(instruction), left) < 0;
                case 0x15, 0x25, 0x35 -> jt(instruction) < left && jf(instruction) < left;
                case 0x06 -> true;
                default -> false;
            };
            if (!good) {
                throw new AssertionError("instruction " + pc + ": " + Long.toHexString(instruction));
            }
        }
        if (code(program.getLast()) != 0x06) {
            throw new AssertionError("does not end in a return");
        }
    }

    /** What the program returns for a system call. */
    static int run(List<Long> program, int arch, int number, long... args) {
        return trace(program, arch, number, args)[0];
    }

    /** What it returns, and after how many instructions. */
    static int[] trace(List<Long> program, int arch, int number, long... args) {
        ByteBuffer data = ByteBuffer.allocate(DATA_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, arch).putLong(8, 0x1234_5678_9abcL);
        for (int i = 0; i < args.length; i++) {
            data.putLong(16 + 8 * i, args[i]);
        }
        int accumulator = 0;
        int steps = 0;
        for (int pc = 0; ; pc++) {
            long instruction = program.get(pc);
            steps++;
            int k = k(instruction);
            switch (code(instruction)) {
                case 0x20 -> accumulator = data.getInt(k);
                case 0x54 -> accumulator &= k;
                case 0x05 -> pc += k;
                case 0x15 -> pc += accumulator == k ? jt(instruction) : jf(instruction);
                case 0x25 -> pc += Integer.compareUnsigned(accumulator, k) > 0 ? jt(instruction) : jf(instruction);
                case 0x35 -> pc += Integer.compareUnsigned(accumulator, k) >= 0 ? jt(instruction) : jf(instruction);
                case 0x06 -> {
                    return new int[] {k, steps};
                }
                default -> throw new AssertionError("instruction " + pc);
            }
        }
    }
}
