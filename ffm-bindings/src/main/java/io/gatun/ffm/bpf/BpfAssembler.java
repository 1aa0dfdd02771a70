package io.gatun.ffm.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes eBPF instructions; Documentation/bpf/standardization/instruction-set.rst, linux/bpf.h, linux/bpf_common.h.
 * Only what a decision over a few words of context needs. Each instruction is one {@code struct bpf_insn}:
 *
 * <pre>
 *   0        8    12   16               32                              64
 *  +--------+----+----+----------------+--------------------------------+
 *  |  code  | dst| src|  offset (s16)  |        immediate (s32)         |
 *  +--------+----+----+----------------+--------------------------------+
 * </pre>
 *
 * <p>Offsets of jumps count instructions from the one after the jump. Registers are 0 (result) to 10 (frame). Not for
 * use by several threads.
 */
public final class BpfAssembler {
    /** Bytes of an instruction. */
    public static final int INSN_BYTES = 8;

    private static final int LDX_MEM_W = 0x61;
    private static final int ALU_AND_K = 0x54;
    private static final int ALU_RSH_K = 0x74;
    private static final int ALU_MOV_X = 0xbc;
    private static final int ALU64_MOV_K = 0xb7;
    private static final int JMP_JNE_K = 0x55;
    private static final int JMP_JNE_X = 0x5d;
    private static final int EXIT = 0x95;
    private static final int REGISTERS = 11;

    private final List<Insn> code = new ArrayList<>();

    private record Insn(int code, int dst, int src, Target target, int offset, int imm) {}

    /** A place in the program; bound once, jumped to from before it: the verifier accepts no loop that it cannot bound. */
    public static final class Target {
        private int index = -1;
    }

    /** {@code dst = *(u32 *)(src + offset)}. */
    public BpfAssembler loadWord(int dst, int src, int offset) {
        return add(LDX_MEM_W, dst, src, null, offset, 0);
    }

    /** {@code dst &= imm}, 32 bits; the upper half becomes zero. */
    public BpfAssembler and(int dst, int imm) {
        return add(ALU_AND_K, dst, 0, null, 0, imm);
    }

    /** {@code dst >>= bits}, 32 bits, unsigned. */
    public BpfAssembler shiftRight(int dst, int bits) {
        return add(ALU_RSH_K, dst, 0, null, 0, bits);
    }

    /** {@code dst = src}, 32 bits; the upper half becomes zero. */
    public BpfAssembler move(int dst, int src) {
        return add(ALU_MOV_X, dst, src, null, 0, 0);
    }

    /** {@code dst = imm}, sign-extended to 64 bits. */
    public BpfAssembler load(int dst, int imm) {
        return add(ALU64_MOV_K, dst, 0, null, 0, imm);
    }

    /** {@code if (dst != imm) goto target}, 64 bits, {@code imm} sign-extended. */
    public BpfAssembler jumpUnlessEqual(int dst, int imm, Target target) {
        return add(JMP_JNE_K, dst, 0, target, 0, imm);
    }

    /** {@code if (dst != src) goto target}, 64 bits. */
    public BpfAssembler jumpUnlessSame(int dst, int src, Target target) {
        return add(JMP_JNE_X, dst, src, target, 0, 0);
    }

    /** Ends the program; its result is in register 0. */
    public BpfAssembler exit() {
        return add(EXIT, 0, 0, null, 0, 0);
    }

    /** Binds a target to the next instruction. */
    public BpfAssembler at(Target target) {
        if (target.index >= 0) {
            throw new IllegalStateException("target is bound to instruction " + target.index + " already");
        }
        target.index = code.size();
        return this;
    }

    private BpfAssembler add(int operation, int dst, int src, Target target, int offset, int imm) {
        if (dst < 0 || dst >= REGISTERS || src < 0 || src >= REGISTERS) {
            throw new IllegalArgumentException("registers " + dst + ", " + src + ": must be 0 to 10");
        }
        code.add(new Insn(operation, dst, src, target, offset, imm));
        return this;
    }

    /**
     * The program as the kernel takes it.
     *
     * @throws IllegalStateException when a jump leads nowhere, backward, or further than 32767 instructions
     */
    public byte[] assemble() {
        ByteBuffer out = ByteBuffer.allocate(code.size() * INSN_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < code.size(); i++) {
            Insn insn = code.get(i);
            int offset = insn.target() == null ? insn.offset() : distance(i, insn.target());
            out.put((byte) insn.code())
                    .put((byte) (insn.src() << 4 | insn.dst()))
                    .putShort((short) offset)
                    .putInt(insn.imm());
        }
        return out.array();
    }

    private int distance(int from, Target target) {
        int distance = target.index - from - 1;
        if (target.index < 0 || target.index >= code.size() || distance < 0 || distance > Short.MAX_VALUE) {
            throw new IllegalStateException(
                    "instruction " + from + ": jump to " + target.index + ": must lead forward within the program");
        }
        return distance;
    }
}
