package io.gatun.ffm.asm;

import io.gatun.ffm.Arch;

/** x86-64 encodings; Intel 64 Software Developer's Manual, volume 2. Jumps take 32-bit displacements throughout. */
final class X64Assembler extends Assembler {
    private static final int REX_W = 0x48;
    private static final int RSP_LOW_BITS = 4;
    private static final Register[] SAVED = {Register.S0, Register.S1, Register.S2, Register.S3, Register.S4};

    X64Assembler() {
        super(Arch.X86_64);
    }

    @Override
    public Assembler move(Register to, Register from) {
        return registers(0x89, from.x86(), to.x86());
    }

    @Override
    public Assembler set(Register to, int value) {
        requireRange("value", value, Short.MIN_VALUE, Integer.MAX_VALUE);
        if (value < 0) {
            extension(0xc7, 0, to.x86());
        } else {
            // mov r32, imm32 clears the upper half.
            if (to.x86() > 7) {
                emit(0x41);
            }
            emit(0xb8 | (to.x86() & 7));
        }
        code().putInt(value);
        return this;
    }

    @Override
    public Assembler add(Register to, int value) {
        requireRange("value", value, 1, 4095);
        extension(0x81, 0, to.x86());
        code().putInt(value);
        return this;
    }

    @Override
    public Assembler clearLow12(Register to) {
        extension(0x81, 4, to.x86());
        code().putInt(~0xfff);
        return this;
    }

    @Override
    public Assembler stackPointer(Register to) {
        return registers(0x89, RSP_LOW_BITS, to.x86());
    }

    @Override
    public Assembler negate(Register to) {
        return extension(0xf7, 3, to.x86());
    }

    @Override
    public Assembler load(Register to, Register base, int offset) {
        return memory(0x8b, to.x86(), base.x86(), offset);
    }

    @Override
    public Assembler store(Register from, Register base, int offset) {
        return memory(0x89, from.x86(), base.x86(), offset);
    }

    @Override
    public Assembler syscall() {
        return emit(0x0f, 0x05);
    }

    @Override
    public Assembler jump(Label label) {
        emit(0xe9);
        return displacement(label);
    }

    @Override
    public Assembler jumpIfZero(Register register, Label label) {
        registers(0x85, register.x86(), register.x86());
        return jumpIf(0x84, label);
    }

    @Override
    public Assembler jumpIfNotZero(Register register, Label label) {
        registers(0x85, register.x86(), register.x86());
        return jumpIf(0x85, label);
    }

    @Override
    public Assembler jumpIfNegative(Register register, Label label) {
        registers(0x85, register.x86(), register.x86());
        return jumpIf(0x88, label);
    }

    @Override
    public Assembler jumpIfSet(Register register, int bit, Label label) {
        bitTest(register, bit);
        return jumpIf(0x82, label);
    }

    @Override
    public Assembler jumpIfClear(Register register, int bit, Label label) {
        bitTest(register, bit);
        return jumpIf(0x83, label);
    }

    @Override
    public Assembler jumpIfEqual(Register left, Register right, Label label) {
        registers(0x39, right.x86(), left.x86());
        return jumpIf(0x84, label);
    }

    @Override
    public Assembler jumpIfEqual(Register left, int right, Label label) {
        requireRange("right", right, 0, 127);
        extension(0x83, 7, left.x86());
        emit(right);
        return jumpIf(0x84, label);
    }

    @Override
    public Assembler enter() {
        for (Register register : SAVED) {
            stack(0x50, register);
        }
        return this;
    }

    @Override
    public Assembler leave() {
        for (int i = SAVED.length - 1; i >= 0; i--) {
            stack(0x58, SAVED[i]);
        }
        return emit(0xc3);
    }

    private void stack(int opcode, Register register) {
        if (register.x86() > 7) {
            emit(0x41);
        }
        emit(opcode | (register.x86() & 7));
    }

    private void bitTest(Register register, int bit) {
        requireRange("bit", bit, 0, 31);
        emit(REX_W | register.x86() >> 3, 0x0f, 0xba, 0xe0 | (register.x86() & 7), bit);
    }

    private Assembler registers(int opcode, int reg, int rm) {
        return emit(REX_W | reg >> 3 << 2 | rm >> 3, opcode, 0xc0 | ((reg & 7) << 3) | (rm & 7));
    }

    private Assembler extension(int opcode, int digit, int rm) {
        return emit(REX_W | rm >> 3, opcode, 0xc0 | (digit << 3) | (rm & 7));
    }

    private Assembler memory(int opcode, int reg, int base, int offset) {
        requireRange("offset", offset, 0, 32760);
        // rbp and r13 as base need a displacement, rsp and r12 a SIB byte: both are always right.
        boolean near = offset < 128;
        emit(REX_W | reg >> 3 << 2 | base >> 3, opcode, (near ? 0x40 : 0x80) | ((reg & 7) << 3) | (base & 7));
        if ((base & 7) == RSP_LOW_BITS) {
            emit(0x24);
        }
        if (near) {
            return emit(offset);
        }
        code().putInt(offset);
        return this;
    }

    private Assembler jumpIf(int opcode, Label label) {
        emit(0x0f, opcode);
        return displacement(label);
    }

    private Assembler displacement(Label label) {
        int at = code().position();
        code().putInt(0);
        refer(label, at, (where, target) -> code().putInt(where, target - (where + Integer.BYTES)));
        return this;
    }

    private Assembler emit(int... bytes) {
        for (int b : bytes) {
            code().put((byte) b);
        }
        return this;
    }
}
