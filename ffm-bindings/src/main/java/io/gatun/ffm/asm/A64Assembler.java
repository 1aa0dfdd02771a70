package io.gatun.ffm.asm;

import io.gatun.ffm.Arch;

/** AArch64 encodings; Arm Architecture Reference Manual for A-profile (DDI 0487), chapter C6. */
final class A64Assembler extends Assembler {
    private static final int SP = 31;
    private static final int ZERO = 31;

    A64Assembler() {
        super(Arch.AARCH64);
    }

    @Override
    public Assembler move(Register to, Register from) {
        return emit(0xaa0003e0 | from.aarch64() << 16 | to.aarch64()); // orr to, xzr, from
    }

    @Override
    public Assembler set(Register to, int value) {
        requireRange("value", value, Short.MIN_VALUE, Integer.MAX_VALUE);
        if (value < 0) {
            return emit(0x92800000 | ~value << 5 | to.aarch64()); // movn
        }
        emit(0xd2800000 | (value & 0xffff) << 5 | to.aarch64()); // movz
        if (value >> 16 != 0) {
            emit(0xf2a00000 | value >> 16 << 5 | to.aarch64()); // movk, lsl #16
        }
        return this;
    }

    @Override
    public Assembler add(Register to, int value) {
        requireRange("value", value, 1, 4095);
        return emit(0x91000000 | value << 10 | to.aarch64() << 5 | to.aarch64());
    }

    @Override
    public Assembler clearLow12(Register to) {
        // and xd, xn, #~0xfff: 52 ones, rotated right by 52.
        return emit(0x9274cc00 | to.aarch64() << 5 | to.aarch64());
    }

    @Override
    public Assembler stackPointer(Register to) {
        return emit(0x910003e0 | to.aarch64()); // add xd, sp, #0
    }

    @Override
    public Assembler negate(Register to) {
        return emit(0xcb0003e0 | to.aarch64() << 16 | to.aarch64()); // sub to, xzr, to
    }

    @Override
    public Assembler load(Register to, Register base, int offset) {
        return memory(0xf9400000, to, base, offset);
    }

    @Override
    public Assembler store(Register from, Register base, int offset) {
        return memory(0xf9000000, from, base, offset);
    }

    @Override
    public Assembler syscall() {
        return emit(0xd4000001); // svc #0
    }

    @Override
    public Assembler jump(Label label) {
        return branch(0x14000000, 26, 0, label);
    }

    @Override
    public Assembler jumpIfZero(Register register, Label label) {
        return branch(0xb4000000 | register.aarch64(), 19, 5, label); // cbz
    }

    @Override
    public Assembler jumpIfNotZero(Register register, Label label) {
        return branch(0xb5000000 | register.aarch64(), 19, 5, label); // cbnz
    }

    @Override
    public Assembler jumpIfNegative(Register register, Label label) {
        return branch(0xb7f80000 | register.aarch64(), 14, 5, label); // tbnz register, #63
    }

    @Override
    public Assembler jumpIfSet(Register register, int bit, Label label) {
        requireRange("bit", bit, 0, 31);
        return branch(0x37000000 | bit << 19 | register.aarch64(), 14, 5, label); // tbnz
    }

    @Override
    public Assembler jumpIfClear(Register register, int bit, Label label) {
        requireRange("bit", bit, 0, 31);
        return branch(0x36000000 | bit << 19 | register.aarch64(), 14, 5, label); // tbz
    }

    @Override
    public Assembler jumpIfEqual(Register left, Register right, Label label) {
        emit(0xeb000000 | right.aarch64() << 16 | left.aarch64() << 5 | ZERO); // cmp
        return branch(0x54000000, 19, 5, label); // b.eq
    }

    @Override
    public Assembler jumpIfEqual(Register left, int right, Label label) {
        requireRange("right", right, 0, 127);
        emit(0xf1000000 | right << 10 | left.aarch64() << 5 | ZERO); // cmp
        return branch(0x54000000, 19, 5, label); // b.eq
    }

    @Override
    public Assembler enter() {
        pair(0xa9800000, Register.S0, Register.S1, -48); // stp s0, s1, [sp, #-48]!
        pair(0xa9000000, Register.S2, Register.S3, 16); // stp s2, s3, [sp, #16]
        return emit(0xf9000000 | ((32 / 8) << 10) | SP << 5 | Register.S4.aarch64()); // str s4, [sp, #32]
    }

    @Override
    public Assembler leave() {
        emit(0xf9400000 | ((32 / 8) << 10) | SP << 5 | Register.S4.aarch64()); // ldr s4, [sp, #32]
        pair(0xa9400000, Register.S2, Register.S3, 16); // ldp s2, s3, [sp, #16]
        pair(0xa8c00000, Register.S0, Register.S1, 48); // ldp s0, s1, [sp], #48
        return emit(0xd65f03c0); // ret
    }

    private void pair(int opcode, Register first, Register second, int offset) {
        emit(opcode | (((offset / 8) & 0x7f) << 15) | second.aarch64() << 10 | SP << 5 | first.aarch64());
    }

    private Assembler memory(int opcode, Register register, Register base, int offset) {
        requireRange("offset", offset, 0, 32760);
        requireRange("offset modulo 8", offset % 8, 0, 0);
        return emit(opcode | ((offset / 8) << 10) | base.aarch64() << 5 | register.aarch64());
    }

    private Assembler branch(int opcode, int width, int shift, Label label) {
        int at = code().position();
        emit(opcode);
        refer(label, at, (where, target) -> {
            int words = (target - where) / Integer.BYTES;
            requireRange("jump", words, -(1L << (width - 1)), (1L << (width - 1)) - 1);
            code().putInt(where, code().getInt(where) | ((words & ((1 << width) - 1)) << shift));
        });
        return this;
    }

    private Assembler emit(int instruction) {
        code().putInt(instruction);
        return this;
    }
}
